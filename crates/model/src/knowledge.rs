//! Known, unknown and absent are three different things.

use crate::place::{Origin, Place};

/// A value together with where it came from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was written, and how it got here.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value with its origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value used where it is written.
    pub fn at(value: T, place: Place) -> Self {
        Self { value, origin: Origin::at(place) }
    }

    /// Where it was written.
    pub fn place(&self) -> Place {
        self.origin.place
    }
}

/// What is known of a value. Rules judge [`Knowledge::Known`] and
/// [`Knowledge::Absent`]; [`Knowledge::Unknown`] is silence.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Knowledge<T> {
    /// The value is written down.
    Known(Sourced<T>),
    /// Something is written, but what it yields cannot be told from files.
    Unknown(Place),
    /// Nothing is written.
    #[default]
    Absent,
}

impl<T> Knowledge<T> {
    /// The value, when it is known.
    pub fn known(&self) -> Option<&Sourced<T>> {
        match self {
            Self::Known(it) => Some(it),
            Self::Unknown(_) | Self::Absent => None,
        }
    }

    /// The bare value, when it is known.
    pub fn value(&self) -> Option<&T> {
        self.known().map(|it| &it.value)
    }

    /// True when nothing is written.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// True when something is written that cannot be resolved.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Where it stands, when anything is written.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Known(it) => Some(it.place()),
            Self::Unknown(place) => Some(*place),
            Self::Absent => None,
        }
    }

    /// Changes a known value and keeps its origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Knowledge<U> {
        match self {
            Self::Known(it) => Knowledge::Known(Sourced::new(change(it.value), it.origin)),
            Self::Unknown(place) => Knowledge::Unknown(place),
            Self::Absent => Knowledge::Absent,
        }
    }
}
