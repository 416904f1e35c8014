//! The table that the bench prints.
#![expect(clippy::print_stdout, reason = "the table is the program's output")]

use std::time::Duration;

/// Prints the lines of the table and counts those that miss their target.
#[derive(Default)]
pub(crate) struct Report {
    over: usize,
}

impl Report {
    pub(crate) fn section(&self, title: &str) {
        println!("\n{title}");
    }

    /// A ratio with the most it may be.
    pub(crate) fn ratio(&mut self, what: &str, measured: Duration, of: Duration, target: f64) {
        let ratio = self.print_ratio(what, measured, of);
        self.judge(ratio, target, &format!("{target:.2}"));
    }

    /// A ratio that is good to know.
    pub(crate) fn plain_ratio(&mut self, what: &str, measured: Duration, of: Duration) {
        self.print_ratio(what, measured, of);
        println!();
    }

    /// A duration that is good to know.
    pub(crate) fn duration(&self, what: &str, measured: Duration) {
        println!("  {what:<58} {:>8.2} µs", microseconds(measured));
    }

    /// An amount with the most it may be.
    pub(crate) fn amount(&mut self, what: &str, measured: f64, unit: &str, target: f64) {
        print!("  {what:<58} {measured:>8.2} {unit:<22}");
        self.judge(measured, target, &format!("{target} {unit}"));
    }

    /// An amount that is good to know.
    pub(crate) fn plain_amount(&self, what: &str, measured: f64, unit: &str) {
        println!("  {what:<58} {measured:>8.2} {unit}");
    }

    /// What came of it all.
    pub(crate) fn end(&self) {
        println!("\n{} over target", self.over);
    }

    fn print_ratio(&self, what: &str, measured: Duration, of: Duration) -> f64 {
        let (measured, of) = (microseconds(measured), microseconds(of));
        let ratio = measured / of;
        print!("  {what:<58} {measured:>8.2} µs / {of:>8.2} µs = {ratio:>4.2}");
        ratio
    }

    fn judge(&mut self, measured: f64, target: f64, target_text: &str) {
        if measured <= target {
            println!("  ok (at most {target_text})");
        } else {
            self.over += 1;
            println!("  over (at most {target_text})");
        }
    }
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1000.0
}
