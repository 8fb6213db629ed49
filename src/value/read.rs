//! The door for values from outside: every bound is checked before the next item is read.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::{LEVELS_MAX, Named, Shape, Value, ValueError, check_items, check_text};
use crate::diagnostic::excerpt;

/// The name under which `serde_json` hands over a number as text when its feature `arbitrary_precision` is on, which
/// any crate in the same build may switch on.
const JSON_NUMBER: &str = "$serde_json::private::Number";

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Door { levels: LEVELS_MAX }.deserialize(deserializer)
    }
}

/// Reads one value, in which lists and records may stand `levels` deep.
#[derive(Clone, Copy)]
struct Door {
    levels: u8,
}

impl Door {
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        let levels = self.levels.checked_sub(1).ok_or(ValueError::TooDeep).map_err(E::custom)?;
        Ok(Self { levels })
    }

    /// Reads the rest of a map, whose first name is read already, with this door for each value.
    fn fields<'de, A: MapAccess<'de>>(self, mut map: A, first: Option<String>) -> Result<Named, A::Error> {
        let mut fields = Named::default();
        let mut next = first;
        while let Some(name) = next {
            fields.add(&name, map.next_value_seed(self)?).map_err(de::Error::custom)?;
            next = map.next_key()?;
        }
        Ok(fields)
    }
}

impl<'de> DeserializeSeed<'de> for Door {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Door {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, a flag, a list or a record")
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        let text = number.to_string();
        match Decimal::from_str_exact(&text) {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(E::custom(ValueError::NumberOutOfRange { text: excerpt(&text) })),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        check_text(text).map_err(E::custom)?;
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(inner)? {
            items.push(item);
            check_items(items.len()).map_err(de::Error::custom)?;
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let first = map.next_key::<String>()?;
        if first.as_deref() == Some(JSON_NUMBER) {
            let text = map.next_value::<String>()?;
            return match (Decimal::from_str_exact(&text), text.parse()) {
                (Ok(number), _) => Ok(number.into()),
                (Err(_), Ok(number)) => self.visit_f64(number),
                (Err(_), Err(_)) => Err(de::Error::invalid_value(Unexpected::Str(&excerpt(&text)), &self)),
            };
        }
        let fields = self.inner()?.fields(map, first)?;
        Ok(Value(Shape::Record(fields)))
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named, A::Error> {
        let first = map.next_key()?;
        Door { levels: LEVELS_MAX }.fields(map, first)
    }
}
