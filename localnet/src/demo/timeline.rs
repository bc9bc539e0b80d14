//! The story of a payment as a person reads it: each step, where it is on the chain, and how long
//! it took since the one before.

use std::io::IsTerminal;
use std::time::Instant;

use crate::rpc::Receipt;

pub struct Timeline {
    started: Instant,
    last: Instant,
    colours: bool,
}

impl Timeline {
    /// Begins to count, under a heading.
    pub fn begin(title: &str) -> Self {
        let timeline =
            Self { started: Instant::now(), last: Instant::now(), colours: std::io::stdout().is_terminal() };
        println!("\n{}\n", timeline.bold(title));
        println!("{}", timeline.dim("    +ms  step                             what happened"));
        timeline
    }

    /// One step, with what is worth knowing of it.
    pub fn step(&mut self, name: &str, detail: &str) {
        let elapsed = self.last.elapsed().as_millis();
        self.last = Instant::now();
        println!("{elapsed:>7}  {} {detail}", self.bold(&format!("{name:<32}")));
    }

    /// A step that is a transaction: signature, slot and compute units on a line of their own.
    pub fn transaction(&mut self, name: &str, detail: &str, receipt: &Receipt) {
        self.step(name, detail);
        let Receipt { signature, slot, compute_units } = receipt;
        let place = format!("slot {slot} · {compute_units} compute units · {signature}");
        println!("{:>7}  {:<32} {}", "", "", self.dim(&place));
    }

    pub fn end(&self, text: &str) {
        let total = self.started.elapsed().as_secs_f64();
        println!("\n{} {}\n", self.bold(text), self.dim(&format!("({total:.1} s in all)")));
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}
