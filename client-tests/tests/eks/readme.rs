//! The test of the README, as it stands there.

include!(concat!(env!("OUT_DIR"), "/addon.rs"));
