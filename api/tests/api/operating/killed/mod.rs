//! kill -9 at every step that leaves a trace: each write to Postgres, each end of a transaction that holds one, each
//! request to the node, once before it is carried out and once after.
//!
//! The steps of an operation are those of runs that nobody disturbs. Then each is played again on a subject of its own;
//! the process dies at the step, another one starts, and the customer of the API repeats the request.

mod amounts;
mod postgres;
mod process;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{
    Api, eventually,
    tripwire::{Moment, Step, Tripwire},
};
use postgres::Proxy;

/// For how long a process is watched that nobody asks for anything.
const IDLE: Duration = Duration::from_secs(3);
/// How long after its answer a request may still come to a step.
const LATE: Duration = Duration::from_secs(2);
/// How many runs a step is waited for: another part of the process may have taken its place in the count.
const RUNS: usize = 5;

/// An API whose process can be killed, and the rest of the world, which stays.
struct World {
    api: Api,
    tripwire: Arc<Tripwire>,
    proxy: Proxy,
    /// How many seconds the process gives a request.
    request_timeout: u64,
}

/// What is asked of the API, and asked again until it is answered.
struct Request {
    path: String,
    body: Value,
    /// By which Barion's routes know a shop; all others know the merchant's key.
    pos_key: Option<String>,
}

impl Request {
    fn new(path: impl Into<String>, body: Value) -> Self {
        Self { path: path.into(), body, pos_key: None }
    }
}

/// An operation that is killed everywhere.
trait Operation {
    /// What it is answered with.
    const STATUS: StatusCode;
    /// What must be found in the names of its steps.
    const TRACES: &'static [&'static str];
    /// What it is done with.
    type Subject;

    /// Something of this name that it can be done with, which nobody has used, and how it is asked for.
    async fn prepare(&self, world: &mut World, name: &str) -> (Self::Subject, Request);

    /// Asserts that it was done, and done once.
    async fn happened_once(&self, world: &mut World, subject: &Self::Subject, answer: &Value, at: &str);
}

impl World {
    async fn start() -> Self {
        Self::of(Api::start().await, 45).await
    }

    async fn of(mut api: Api, request_timeout: u64) -> Self {
        api.stop().await;
        let tripwire = Arc::new(Tripwire::default());
        let proxy = Proxy::start(&api.database.url, tripwire.clone()).await;
        api.rpc.node().tripwire = Some(tripwire.clone());
        let mut world = Self { api, tripwire, proxy, request_timeout };
        world.start_process().await;
        world
    }

    async fn start_process(&mut self) {
        self.api.url = process::start(&self.api, &self.proxy, &self.tripwire, self.request_timeout).await;
    }

    /// The answer to a request, if the process lived to give one.
    async fn post(&self, request: &Request, key: &str) -> Option<(StatusCode, String)> {
        let Request { path, body, pos_key } = request;
        let post = reqwest::Client::new().post(format!("{}{path}", self.api.url));
        let post = match pos_key {
            Some(pos_key) => post.header("x-pos-key", pos_key),
            None => post.bearer_auth(&self.api.merchant.key),
        };
        let answer = post.header("idempotency-key", key).json(body).send().await.ok()?;
        let status = answer.status();
        Some((status, answer.text().await.ok()?))
    }

    /// Makes a request that is cut off at `step`, then makes it again of a new process until it is answered. Returns
    /// the answer, and whether the process came to the step and died.
    async fn interrupted(
        &mut self,
        step: &Step,
        moment: Moment,
        request: &Request,
        key: &str,
    ) -> (Value, bool) {
        self.tripwire.arm(step.clone(), moment);
        let first = self.post(request, key).await;
        let was_killed = self.tripwire.tripped_within(LATE).await;
        assert!(first.is_some() || was_killed, "{step:?} {moment:?}: no answer, and nobody was killed");
        if was_killed {
            self.start_process().await;
        }
        let (status, text) = self.post(request, key).await.expect("nobody kills this one");
        assert!(status.is_success(), "{step:?} {moment:?}: {status} {text}");
        if let Some((_, first)) = first {
            assert_eq!(text, first, "the first answer is given again");
        }
        let (_, again) = self.post(request, key).await.expect("nobody kills this one");
        assert_eq!(again, text, "{step:?} {moment:?}: the same answer each time");
        (serde_json::from_str(&text).unwrap(), was_killed)
    }
}

async fn survives<O: Operation>(mut world: World, operation: O) {
    undisturbed(&mut world, &operation, "unwatched").await;
    world.tripwire.learn(IDLE).await;
    let steps = steps(&mut world, &operation).await;
    for trace in O::TRACES {
        assert!(steps.iter().any(|step| step.name.contains(trace)), "no {trace} in {steps:#?}");
    }
    for (number, step) in steps.iter().enumerate() {
        for moment in [Moment::Before, Moment::After] {
            killed(&mut world, &operation, step, moment, &format!("{number}-{moment:?}")).await;
        }
    }
    assert_eq!(world.tripwire.kills(), 2 * steps.len(), "one kill before and one after each of {steps:#?}");
    eventually("no lock left", async || {
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(&world.api.database.pool).await.unwrap() == 0
    })
    .await;
}

/// What two runs have in common: what else the process does meanwhile, as once an hour, is in one of them at most.
async fn steps<O: Operation>(world: &mut World, operation: &O) -> Vec<Step> {
    let first = undisturbed(world, operation, "first").await;
    let second = undisturbed(world, operation, "second").await;
    first.into_iter().filter(|step| second.contains(step)).collect()
}

/// The steps of a run that nobody disturbs.
async fn undisturbed<O: Operation>(world: &mut World, operation: &O, name: &str) -> Vec<Step> {
    let (subject, request) = operation.prepare(world, name).await;
    world.tripwire.record();
    let answer = world.post(&request, name).await;
    let steps = world.tripwire.recorded();
    let (status, answer) = answer.expect("nobody kills this one");
    assert_eq!(status, O::STATUS, "{answer}");
    let answer = serde_json::from_str(&answer).unwrap();
    operation.happened_once(world, &subject, &answer, name).await;
    steps
}

/// Has the process die at `step`. A run in which it did not come to the step is judged like any other, and followed by
/// the next.
async fn killed<O: Operation>(world: &mut World, operation: &O, step: &Step, moment: Moment, name: &str) {
    for run in 1..=RUNS {
        let name = format!("{name}-{run}");
        let (subject, request) = operation.prepare(world, &name).await;
        let (answer, was_killed) = world.interrupted(step, moment, &request, &name).await;
        let at = format!("{step:?} {moment:?}, run {run}");
        operation.happened_once(world, &subject, &answer, &at).await;
        if was_killed {
            return;
        }
    }
    panic!("in {RUNS} runs the process was never killed: {step:?} {moment:?}");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}
