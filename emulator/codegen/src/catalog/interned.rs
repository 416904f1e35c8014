//! A table in which equal rows are stored once.

/// Rows in order of first use.
pub(super) struct Interned<T> {
    rows: Vec<T>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<T: PartialEq> Interned<T> {
    /// The index of the row equal to `row`, which is added if there is none.
    pub(super) fn index_of(&mut self, row: T) -> usize {
        let known = self.rows.iter().position(|other| *other == row);
        known.unwrap_or_else(|| {
            self.rows.push(row);
            self.rows.len() - 1
        })
    }

    /// The rows in order of index.
    pub(super) fn rows(&self) -> &[T] {
        &self.rows
    }
}
