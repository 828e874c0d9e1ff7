//! Numbers without rounding.

/// A fraction in lowest terms, its denominator above zero. `None` of an operation: too large, or no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    over: i128,
    under: i128,
}

/// Beyond this, doubles and fractions part: nothing is compared.
const LARGEST: i128 = 1_000_000_000_000;

impl Fraction {
    pub(super) fn whole(n: i128) -> Self {
        Self { over: n, under: 1 }
    }

    pub(super) fn new(over: i128, under: i128) -> Option<Self> {
        if under == 0 {
            return None;
        }
        let (mut a, mut b) = (over.unsigned_abs(), under.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = i128::try_from(a).ok()? * under.signum();
        let made = Self { over: over / common, under: under / common };
        let fits = made.under <= LARGEST && made.over.abs() <= LARGEST * made.under;
        fits.then_some(made)
    }

    pub(super) fn is_zero(self) -> bool {
        self.over == 0
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let over = self.over.checked_mul(other.under)?;
        let over = over.checked_add(other.over.checked_mul(self.under)?)?;
        Self::new(over, self.under.checked_mul(other.under)?)
    }

    pub(super) fn negative(self) -> Self {
        Self { over: -self.over, under: self.under }
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negative())
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let over = self.over.checked_mul(other.over)?;
        Self::new(over, self.under.checked_mul(other.under)?)
    }

    /// Of a divisor that is not zero.
    pub(super) fn divided(self, other: Self) -> Option<Self> {
        let over = self.over.checked_mul(other.under)?;
        Self::new(over, self.under.checked_mul(other.over)?)
    }

    pub(super) fn less(self, other: Self) -> bool {
        self.over * other.under < other.over * self.under
    }

    /// The whole number towards less.
    pub(super) fn down(self) -> i128 {
        self.over.div_euclid(self.under)
    }

    /// The whole number towards more.
    pub(super) fn up(self) -> i128 {
        -self.negative().down()
    }

    /// The whole number towards zero.
    pub(super) fn cut(self) -> i128 {
        self.over / self.under
    }

    /// The nearest whole number, the one away from zero when two are.
    pub(super) fn near(self) -> i128 {
        let twice = 2 * self.over.abs() + self.under;
        twice.div_euclid(2 * self.under) * self.over.signum()
    }

    #[expect(clippy::cast_precision_loss, reason = "compared with a tolerance")]
    pub(super) fn to_f64(self) -> f64 {
        self.over as f64 / self.under as f64
    }
}
