//! How often something of each kind came into each status.

use std::collections::BTreeMap;

/// A kind of resource and the status it came into.
type Transition = (&'static str, &'static str);

/// How often something of each kind came into each status.
pub(crate) type Transitions = BTreeMap<Transition, u64>;

/// Counts of the same thing many times over: which it is, is told by where its
/// words lie. The same words may lie in several places.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Vec<(Transition, u64)>,
}

impl Tally {
    pub(super) fn count(&mut self, transition: Transition) {
        let counted = self.counts.iter_mut();
        let mut counted = counted.filter(|(counted, _)| lies_with(*counted, transition));
        match counted.next() {
            Some((_, count)) => *count += 1,
            None => self.counts.push((transition, 1)),
        }
    }

    pub(super) fn add_to(self, transitions: &mut Transitions) {
        for (transition, count) in self.counts {
            *transitions.entry(transition).or_default() += count;
        }
    }
}

fn lies_with(one: Transition, other: Transition) -> bool {
    std::ptr::eq(one.0, other.0) && std::ptr::eq(one.1, other.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_together_wherever_they_lie() {
        let elsewhere: &'static str = String::from("ACTIVE").leak();
        let mut tally = Tally::default();
        for status in ["ACTIVE", elsewhere, "FAILED", "ACTIVE"] {
            tally.count(("addon", status));
        }
        let mut transitions = Transitions::from([(("addon", "ACTIVE"), 4)]);
        tally.add_to(&mut transitions);
        let expected = [(("addon", "ACTIVE"), 7), (("addon", "FAILED"), 1)];
        assert_eq!(transitions, Transitions::from(expected));
    }
}
