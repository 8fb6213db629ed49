//! Names: which are names, and what is said to others.

use studio_credits::{Model, Studio, Tool};

use crate::value::refusal;

#[test]
fn real_names_are_names() {
    for name in ["sdxl/comfy", "4x-remacri", "3.0", "HD+", "kling-3.0-pro", "Café à la carte", "x", &"m".repeat(100)]
    {
        let model = Model::new(name).unwrap();
        assert_eq!((model.as_str(), model.to_string().as_str()), (name, name));
        let json = serde_json::to_string(&model).unwrap();
        assert_eq!(serde_json::from_str::<Model>(&json).unwrap(), model);
    }
}

#[test]
fn other_names_are_refused() {
    for (refusal, message) in [
        (Studio::new("").unwrap_err(), "studio is empty: it has 1 to 100 bytes"),
        (Tool::new(" restyle").unwrap_err(), "tool ` restyle` has white space at an end: none is allowed there"),
        (Model::new("flux\u{a0}").unwrap_err(), "model `flux\u{a0}` has white space at an end: none is allowed there"),
        (Model::new("flux\0pro").unwrap_err(), r"model `flux\u{0}pro` has a control character: none is allowed"),
        (Model::new("flux\n").unwrap_err(), r"model `flux\n` has a control character: none is allowed"),
        (
            Model::try_from("m".repeat(101)).unwrap_err(),
            &format!("model `{}…` has 101 bytes: at most 100 are allowed", "m".repeat(60)),
        ),
    ] {
        assert_eq!(refusal.to_string(), message);
    }
    assert!(refusal::<Studio>("\"\"").starts_with("studio is empty: it has 1 to 100 bytes"));
}
