//! Picks among equals, explored one after the other so that every outcome is a branch.

/// Decides every random pick of one walk.
///
/// A walk asks [`Choice::pick`] wherever the real system would draw. The first
/// picks follow a given path; beyond it the first option is taken, and what
/// else was possible is remembered, so that [`Choice::next`] yields the path of
/// the next walk until all are explored (depth first, in order).
#[derive(Clone, Debug, Default)]
pub struct Choice {
    path: Vec<usize>,
    taken: Vec<Taken>,
}

#[derive(Clone, Debug)]
struct Taken {
    picked: usize,
    /// Options with a weight above zero, in order.
    options: Vec<usize>,
    probability: f64,
}

impl Choice {
    /// The first walk.
    pub fn first() -> Self {
        Self::default()
    }

    /// Picks one of `weights` (relative, not negative) and returns its index; `None` if all are zero or there are none.
    pub fn pick(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().sum();
        let options: Vec<usize> = (0..weights.len())
            .filter(|&index| weights[index] > 0.0)
            .collect();
        let first = *options.first()?;
        if options.len() == 1 {
            return Some(first);
        }
        let picked = self.path.get(self.taken.len()).copied().unwrap_or(first);
        let weight = weights.get(picked).copied().unwrap_or_default();
        self.taken.push(Taken {
            picked,
            options,
            probability: weight / total,
        });
        Some(picked)
    }

    /// Whether something with `probability` (0 to 1) happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.pick(&[probability, 1.0 - probability]) == Some(0)
    }

    /// The probability of the walk so far.
    pub fn probability(&self) -> f64 {
        self.taken.iter().map(|taken| taken.probability).product()
    }

    /// The next walk in depth-first order, or `None` when all are explored.
    pub fn next(&self) -> Option<Self> {
        let mut path: Vec<usize> = self.taken.iter().map(|taken| taken.picked).collect();
        while let Some(last) = path.pop() {
            let options = &self.taken[path.len()].options;
            let later = options.iter().copied().find(|&option| option > last);
            if let Some(option) = later {
                path.push(option);
                return Some(Self {
                    path,
                    taken: Vec::new(),
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_explored_once_and_the_probabilities_add_up() {
        let mut choice = Choice::first();
        let mut seen = Vec::new();
        let mut total = 0.0;
        loop {
            let first = choice.pick(&[1.0, 1.0, 2.0]).unwrap();
            let second = (first == 1).then(|| choice.happens(0.25));
            seen.push((first, second));
            total += choice.probability();
            match choice.next() {
                Some(next) => choice = next,
                None => break,
            }
        }
        assert_eq!(
            seen,
            [(0, None), (1, Some(true)), (1, Some(false)), (2, None)]
        );
        assert!((total - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_option_without_weight_is_never_taken() {
        let mut choice = Choice::first();
        assert_eq!(choice.pick(&[0.0, 3.0]), Some(1));
        assert_eq!(choice.pick(&[0.0]), None);
        assert!(choice.next().is_none());
    }
}
