//! Real clients against the emulator; everything is in `tests/`.
