//! Plans as data: what their text says, what is wrong with it, how they are stored, and ImagineArt's own.

mod any;
mod built;
mod entitlements;
mod held;
mod imagineart;
mod large;
mod mistakes;
mod sold;
mod stored;
mod text;
