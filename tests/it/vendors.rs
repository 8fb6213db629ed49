//! The price books of other vendors: each prices what the vendor publishes, case by case.

use std::{collections::BTreeSet, fs, path::Path};

use super::price_book_example::run;

/// Each vendor, and how many of its published figures are priced.
#[rustfmt::skip]
const VENDORS: [(&str, usize); 37] = [
    ("adobe", 9), ("alibaba-wan", 4), ("artsmart", 6), ("bestphoto", 3), ("black-forest-labs", 8), ("cartesia", 5),
    ("civitai", 63), ("comfy-cloud", 2), ("e-pen", 2), ("fal-ai", 9), ("gamma", 4), ("google", 17), ("heygen", 16),
    ("higgsfield", 5), ("idealy", 5), ("ideogram", 7), ("krea", 5), ("ladinda", 4), ("laozhang", 5), ("midjourney", 2),
    ("minimax", 8), ("openai", 11), ("picwish", 10), ("poison-studio", 3), ("stability-ai", 8), ("suno", 2),
    ("sunoapi-com", 3), ("sunor", 3), ("synthesia", 5), ("tensor-art-tams", 2), ("topaz", 5), ("vicsee", 6),
    ("videostew", 3), ("viralvideo", 5), ("visla", 6), ("vyndra", 3), ("zvid", 7),
];

/// The names of the files of a folder, without what follows the last dot.
fn names(folder: &str) -> BTreeSet<String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn each_vendor_has_a_book_and_cases() {
    let vendors: BTreeSet<_> = VENDORS.iter().map(|(vendor, _)| (*vendor).to_owned()).collect();
    assert_eq!(names("tests/data/books"), vendors);
    assert_eq!(names("tests/data/cases"), vendors);
    assert_eq!((vendors.len(), VENDORS.iter().map(|(_, rows)| rows).sum::<usize>()), (37, 271));
}

#[test]
fn each_book_prices_what_its_vendor_publishes() {
    let faults: Vec<_> = VENDORS
        .iter()
        .filter_map(|(vendor, rows)| {
            let (book, cases) = (format!("tests/data/books/{vendor}.toml"), format!("tests/data/cases/{vendor}.csv"));
            let (out, err, _) = run(&["cases", &book, &cases]);
            (out != format!("{rows} of {rows} cases agree\n")).then(|| format!("{vendor}: {out}{err}"))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn books_stay_short() {
    let mut lines = VENDORS.map(|(vendor, _)| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/books/{vendor}.toml"));
        fs::read_to_string(path).unwrap().lines().count()
    });
    lines.sort_unstable();
    assert!(lines[VENDORS.len() / 2] <= 40, "{lines:?}");
}
