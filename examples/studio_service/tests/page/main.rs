//! The page for people, in a browser.
//!
//! They need the programs `chromium` and `chromedriver`, of Debian's packages `chromium` and `chromium-driver`. Where
//! these are missing the tests are skipped, and say so; with `CI` set they fail. Pictures of what was seen are in the
//! folder `tmp/page` of the target directory.

mod browser;
mod files;
mod generate;
mod once;
mod paint;
mod pay;
mod place;
mod reach;
mod window;
