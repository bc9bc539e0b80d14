use crate::random::Random;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::fmt::Write;

pub fn sorting(random: &mut Random, out: &mut String) {
    let mut stable: Vec<u64> = (0..90).map(|_| random.below(1000)).collect();
    let mut unstable = stable.clone();
    stable.sort();
    unstable.sort_unstable_by(|a, b| b.cmp(a));
    let mut by_key: Vec<(u8, u64)> = unstable.iter().map(|x| ((x % 7) as u8, *x)).collect();
    by_key.sort_by_key(|pair| pair.0);
    let _ = write!(out, "{stable:?}{unstable:?}{by_key:?}{:?}", stable.binary_search(&500));
}

pub fn trees(random: &mut Random, out: &mut String) {
    let mut map: BTreeMap<u32, u64> = BTreeMap::new();
    for _ in 0..80 {
        let key = random.below(64) as u32;
        if random.below(4) == 0 {
            map.remove(&key);
        } else {
            *map.entry(key).or_insert(0) += random.below(100);
        }
    }
    let _ = write!(out, "{map:?}{:?}", map.range(10..20).collect::<Vec<_>>());
    let set: BTreeSet<u8> = (0..40).map(|_| random.next() as u8).collect();
    let _ = write!(out, "{set:?}");
}

pub fn hashing(random: &mut Random, out: &mut String) {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for _ in 0..40 {
        *counts.entry(format!("k{}", random.below(20))).or_default() += 1;
    }
    // A map's order is its own affair, and differs from run to run on this side.
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort();
    let _ = write!(out, "{counts:?}");

    let mut queue: VecDeque<u64> = VecDeque::new();
    for _ in 0..50 {
        if random.below(3) == 0 {
            queue.pop_front();
        } else {
            queue.push_back(random.below(99));
        }
    }
    let mut heap: BinaryHeap<u64> = queue.iter().copied().collect();
    let _ = write!(out, "{queue:?}{:?}", std::iter::from_fn(|| heap.pop()).collect::<Vec<_>>());
}
