//! Clones share what has not changed, and notice nothing of what has.

use proptest::prelude::*;

use crate::runs::{config, run, steps, text};

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn a_clone_and_its_original_never_change_each_other(run in run(), further in steps()) {
        let mut original = run.start();
        let mut clones = Vec::new();
        for step in &run.steps {
            clones.push((original.clone(), text(&original.slot)));
            step.perform(&mut original);
        }
        let end = text(&original.slot);
        for (clone, written) in &mut clones {
            prop_assert_eq!(&text(&clone.slot), written);
            if let Some(step) = further.first() {
                step.perform(clone);
            }
        }
        let (mut last, _) = clones.swap_remove(clones.len() / 2);
        for step in &further {
            step.perform(&mut last);
        }
        prop_assert_eq!(text(&original.slot), end);
    }
}
