//! What a document says beside the state: the clock, rules of transitions, and
//! faults.

use eks_emulator_core::lifecycle::TransitionRule;

use super::SeedOptions;
use crate::clock::{self, ClockStart, ClockState};
use crate::fault::Faults;
use crate::seed::document::{ClockMode, ClockSeed, FaultSeed, Seed};
use crate::seed::mistake::Mistake;

/// What a document does beside the state.
#[derive(Default)]
pub(super) struct Besides {
    /// How the clock is to stand, and the words that say so.
    pub(super) clock: Option<(ClockState, ClockSeed)>,
    pub(super) rules: Vec<TransitionRule>,
    pub(super) faults: Vec<FaultSeed>,
}

/// How the clock stands when a document comes.
#[derive(Clone, Copy)]
pub(super) struct KnownClock {
    pub(super) state: ClockState,
    /// What the seed said that set it.
    pub(super) seeded: Option<ClockSeed>,
}

/// What a document does beside the state, given how the clock stands.
pub(super) fn besides(
    seed: &Seed,
    clock: KnownClock,
    options: SeedOptions,
    mistakes: &mut Vec<Mistake>,
) -> Besides {
    let mut rules = Vec::new();
    for (index, rule) in seed.transitions.iter().enumerate() {
        match rule.rule() {
            Ok(rule) => rules.push(rule),
            Err(message) => {
                mistakes.push(Mistake::new(format!("/transitions/{index}"), message));
            }
        }
    }
    for (index, fault) in seed.faults.iter().enumerate() {
        if let Err(message) = Faults::check(&fault.rule()) {
            mistakes.push(Mistake::new(format!("/faults/{index}"), message));
        }
    }
    let clock = seed
        .clock
        .filter(|wanted| options.is_start || !clock.runs_as(*wanted))
        .map(|wanted| (clock_after(wanted, clock.state, options, mistakes), wanted));
    Besides {
        clock,
        rules,
        faults: seed.faults.clone(),
    }
}

impl KnownClock {
    /// Whether it runs since a seed with the same words set it. What has passed
    /// since then is no difference.
    fn runs_as(self, wanted: ClockSeed) -> bool {
        self.seeded == Some(wanted) && self.state.mode() != clock::ClockMode::Paused
    }
}

/// How a clock stands after a document.
fn clock_after(
    wanted: ClockSeed,
    clock: ClockState,
    options: SeedOptions,
    mistakes: &mut Vec<Mistake>,
) -> ClockState {
    let shown = clock.now();
    let now = wanted.now.map_or(shown, |now| now.0);
    if now < shown && !options.is_start {
        let shown = crate::time::format(shown);
        let message = format!("the clock shows {shown} already, and does not go back");
        mistakes.push(Mistake::new("/clock/now", message));
    }
    let as_before = |mode| match mode {
        clock::ClockMode::Real => ClockMode::Real,
        clock::ClockMode::Paused => ClockMode::Paused,
        clock::ClockMode::Scaled => ClockMode::Scaled,
    };
    let mode = wanted.mode.unwrap_or_else(|| as_before(clock.mode()));
    if wanted.rate.is_some() && mode != ClockMode::Scaled {
        mistakes.push(Mistake::new(
            "/clock/rate",
            "only a scaled clock has a rate",
        ));
    }
    ClockState::at(match mode {
        ClockMode::Real => ClockStart::RunningFrom(now),
        ClockMode::Paused => ClockStart::PausedAt(now),
        ClockMode::Scaled => {
            let before = Some(clock.rate()).filter(|_| clock.mode() == clock::ClockMode::Scaled);
            let rate = wanted.rate.or(before);
            if rate.is_none() {
                mistakes.push(Mistake::new("/clock", "a scaled clock needs a rate"));
            }
            ClockStart::ScaledFrom(now, rate.unwrap_or(1.0))
        }
    })
}
