//! Collections whose clones share what has not changed since.
//!
//! A clone costs the same however much is in it, and a change after it copies
//! one small part. Snapshots rest on that, and so does finding out what has
//! changed: parts that are shared need not be looked at.

mod chunk;
mod chunks;
mod differences;
mod document;
mod map;
#[cfg(test)]
mod property_tests;
mod set;

pub(crate) use differences::Difference;
pub(crate) use map::SharedMap;
pub(crate) use set::SharedSet;
