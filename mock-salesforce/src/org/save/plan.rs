//! What all saves of one kind have in common, worked out once: the user's rights on the object and its fields, whether
//! the user may own rows, and what the names in a body mean.
//!
//! A plan holds as long as nothing changes that it was made of ([`Org::setup_seen`]). It saves questions, never rules:
//! whatever depends on the row is asked for every row.

use crate::id::SfId;
use crate::schema::{FieldIndex, FieldSchema, ObjectIndex, ObjectSchema};

use super::super::Org;
use super::super::access::SystemPermission;
use super::super::coerce::is_plain;
use super::super::context::{Origin, SaveContext};
use super::super::error::OrgError;
use super::input::is_id;

/// Plans that are kept; the one that was used longest ago goes.
const PLANS_MAX: usize = 8;
/// Names that a plan remembers, and the bytes of one.
const NAMES_MAX: usize = 128;
const NAME_BYTES_MAX: usize = 80;

/// Which saves have one plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    object: ObjectIndex,
    user: SfId,
    origin: Origin,
    create: bool,
}

impl Kind {
    fn of(cx: &SaveContext, object: &ObjectSchema, create: bool) -> Self {
        Self { object: object.index, user: cx.user, origin: cx.origin, create }
    }
}

/// What all saves of one kind have in common.
#[derive(Clone, Debug)]
pub(crate) struct SavePlan {
    kind: Kind,
    setup: u64,
    /// May the user create or change rows at all?
    pub(crate) allowed: Result<(), Vec<OrgError>>,
    /// May rows of the object belong to the user?
    own: Result<(), OrgError>,
    /// The user's rights, by field.
    rights: Vec<Right>,
    /// The fields that bodies named last, by their places: the next body is likely to name the same.
    names: Vec<Option<(Box<str>, Named)>>,
}

/// What a name means to a user who sees its field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) field: FieldIndex,
    /// May the user give it?
    pub(super) writable: bool,
    /// Is text stored as it is sent, but for blanks around it?
    pub(super) plain: bool,
}

/// What the user may do with a field.
#[derive(Clone, Copy, Debug)]
struct Right {
    readable: bool,
    writable: bool,
}

impl Org {
    /// The plan of a kind of saves. Its user gives it back with [`Org::keep_plan`].
    pub(in crate::org) fn take_plan(
        &mut self,
        cx: &SaveContext,
        object: &ObjectSchema,
        create: bool,
    ) -> Box<SavePlan> {
        let kind = Kind::of(cx, object, create);
        let held = self.plans.iter().rposition(|plan| plan.kind == kind);
        let held = held.map(|at| self.plans.remove(at));
        match held.filter(|plan| plan.setup == self.setup_seen()) {
            Some(plan) => plan,
            None => Box::new(self.new_plan(cx, object, create)),
        }
    }

    /// Keeps a plan for the saves to come.
    pub(in crate::org) fn keep_plan(&mut self, plan: Box<SavePlan>) {
        if self.plans.len() == PLANS_MAX {
            self.plans.remove(0);
        }
        self.plans.push(plan);
    }

    /// May the user create or change rows of the object at all?
    pub(in crate::org) fn allowed(
        &mut self,
        cx: &SaveContext,
        object: &ObjectSchema,
        create: bool,
    ) -> Result<(), Vec<OrgError>> {
        let plan = self.take_plan(cx, object, create);
        let allowed = plan.allowed.clone();
        self.keep_plan(plan);
        allowed
    }

    /// A plan of its own.
    pub(super) fn new_plan(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        create: bool,
    ) -> SavePlan {
        let audits = create && self.has(cx.user, SystemPermission::CreateAuditFields);
        let right = |field: &FieldSchema| {
            let own = if create { field.access.createable } else { field.access.updateable };
            let own = own || audits && object.system.is_audit(field.index);
            Right {
                readable: self.readable(cx.user, object.index, field.index),
                writable: own && self.editable(cx.user, object.index, field.index),
            }
        };
        SavePlan {
            kind: Kind::of(cx, object, create),
            setup: self.setup_seen(),
            allowed: if create { self.may_create(cx, object) } else { self.may_update(cx, object) },
            own: self.check_owner(cx, object, cx.user),
            rights: object.slots().map(right).collect(),
            names: Vec::new(),
        }
    }

    /// May rows of the object belong to this user or queue? Mostly it is the running user, of whom plans know it.
    pub(in crate::org) fn check_owner_of(
        &self,
        cx: &SaveContext,
        object: &ObjectSchema,
        owner: SfId,
    ) -> Result<(), OrgError> {
        if owner != cx.user {
            return self.check_owner(cx, object, owner);
        }
        let seen = self.setup_seen();
        let holds = |plan: &&SavePlan| {
            plan.kind.object == object.index && plan.kind.user == cx.user && plan.setup == seen
        };
        match self.plans.iter().rev().map(|plan| &**plan).find(holds) {
            Some(plan) => plan.own.clone(),
            None => self.check_owner(cx, object, cx.user),
        }
    }
}

impl SavePlan {
    /// The field of a name, if the body before had it at the same place.
    #[inline]
    pub(super) fn known(&self, (at, name): (usize, &str)) -> Option<Named> {
        let (known, named) = self.names.get(at)?.as_ref()?;
        (**known == *name).then_some(*named)
    }

    /// The field of a name, if the user sees it; `at` is its place in the body.
    pub(super) fn find(
        &mut self,
        object: &ObjectSchema,
        (at, name): (usize, &str),
    ) -> Option<Named> {
        let field = object.field(name).filter(|_| !is_id(name))?;
        let right = self.right(field.index);
        if !right.readable {
            return None;
        }
        let plain = is_plain(field.kind);
        let named = Named { field: field.index, writable: right.writable, plain };
        if at < NAMES_MAX && name.len() <= NAME_BYTES_MAX {
            if self.names.len() <= at {
                self.names.resize(at + 1, None);
            }
            if let Some(place) = self.names.get_mut(at) {
                *place = Some((name.into(), named));
            }
        }
        Some(named)
    }

    /// May the user give the field?
    pub(super) fn is_writable(&self, field: FieldIndex) -> bool {
        self.right(field).writable
    }

    fn right(&self, field: FieldIndex) -> Right {
        let right = self.rights.get(usize::from(field.0)).copied();
        right.unwrap_or(Right { readable: false, writable: false })
    }
}
