//! Where a process dies.

use std::collections::{HashMap, HashSet};
use std::process::Child;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Something that leaves a trace outside of the process: a write to the database, a request to the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The statement, or the method.
    pub name: String,
    /// Which one of this name, from 1.
    pub number: usize,
}

/// When the process dies: with the step still on its way, or with its answer still on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}

/// What begins and ends a transaction, whoever's it is. By itself it is no step: it leaves no trace but that of what was
/// written between, by which the end of a transaction is named.
pub const FRAMES: [&str; 3] = ["BEGIN", "COMMIT", "ROLLBACK"];

/// Watches the steps of a process, and kills it at one of them.
#[derive(Default)]
pub struct Tripwire(Mutex<State>);

#[derive(Default)]
struct State {
    process: Option<Child>,
    /// What the process does by itself, over and over: no step of a request.
    idle: HashSet<String>,
    is_idle: bool,
    seen: HashMap<String, usize>,
    recorded: Option<Vec<Step>>,
    armed: Option<(Step, Moment)>,
    tripped: bool,
    kills: usize,
}

impl Tripwire {
    /// The process that is watched from now on.
    pub fn watch(&self, process: Child) {
        let mut state = self.0.lock().unwrap();
        state.tripped = false;
        end(state.process.replace(process));
    }

    /// Watches what the process does while nobody asks it for anything.
    pub async fn learn(&self, time: Duration) {
        self.0.lock().unwrap().is_idle = true;
        tokio::time::sleep(time).await;
        self.0.lock().unwrap().is_idle = false;
    }

    /// Begins to note the steps.
    pub fn record(&self) {
        let mut state = self.0.lock().unwrap();
        state.seen.clear();
        state.recorded = Some(Vec::new());
    }

    /// The steps since [`Self::record`].
    pub fn recorded(&self) -> Vec<Step> {
        self.0.lock().unwrap().recorded.take().unwrap_or_default()
    }

    /// From now on, the process dies when it comes to `step`.
    pub fn arm(&self, step: Step, moment: Moment) {
        let mut state = self.0.lock().unwrap();
        state.seen.clear();
        state.armed = Some((step, moment));
    }

    /// Waits for so long until the process is killed, then lets everything pass again. Returns whether it was.
    pub async fn tripped_within(&self, time: Duration) -> bool {
        let waits_until = Instant::now() + time;
        while !self.0.lock().unwrap().tripped && Instant::now() < waits_until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut state = self.0.lock().unwrap();
        state.armed = None;
        std::mem::take(&mut state.tripped)
    }

    /// How often a process has been killed at a step.
    pub fn kills(&self) -> usize {
        self.0.lock().unwrap().kills
    }

    /// A step is about to be carried out. Returns it with its number, which is 0 if it is no step of a request, or
    /// nothing when the process is dead and with it the step.
    pub fn before(&self, name: &str) -> Option<Step> {
        let mut state = self.0.lock().unwrap();
        if state.tripped {
            return None;
        }
        if state.is_idle {
            state.idle.insert(name.to_owned());
        }
        let number = if FRAMES.contains(&name) || state.idle.contains(name) {
            0
        } else {
            let seen = state.seen.entry(name.to_owned()).or_default();
            *seen += 1;
            *seen
        };
        let step = Step { name: name.to_owned(), number };
        if number > 0
            && let Some(recorded) = &mut state.recorded
        {
            recorded.push(step.clone());
        }
        state.trip(&step, Moment::Before).then_some(step)
    }

    /// A step has been carried out. Returns whether the process is there to learn of it.
    pub fn after(&self, step: &Step) -> bool {
        self.0.lock().unwrap().trip(step, Moment::After)
    }
}

impl State {
    /// Kills the process if this is where it is to die; returns whether it lives.
    fn trip(&mut self, step: &Step, moment: Moment) -> bool {
        if self.armed.as_ref().is_some_and(|(armed, when)| armed == step && *when == moment) {
            end(self.process.take());
            self.armed = None;
            self.tripped = true;
            self.kills += 1;
        }
        !self.tripped
    }
}

/// SIGKILL, and the end.
fn end(process: Option<Child>) {
    if let Some(mut process) = process {
        process.kill().and_then(|()| process.wait()).expect("a process of ours can be killed");
    }
}

impl Drop for State {
    fn drop(&mut self) {
        end(self.process.take());
    }
}
