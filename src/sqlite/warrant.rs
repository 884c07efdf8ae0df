//! What statements that come from outside may do, decided by SQLite when it compiles them.

use std::{
    cell::RefCell,
    fmt::{self, Display, Formatter},
    rc::Rc,
};

use rusqlite::{
    Connection,
    hooks::{AuthAction, AuthContext, Authorization},
};

use crate::error::Result;

/// What may be done by statements that are compiled under it. All of them may read everything.
#[derive(Clone)]
pub(super) enum Warrant {
    /// Nothing else.
    Read,
    /// Rows of these tables may change.
    Write(Rc<[String]>),
    /// These tables, and indexes on them, may be made as well.
    Make(Rc<[String]>),
}

impl Display for Warrant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("read"),
            Self::Write(tables) => write!(f, "write {}", tables.join(",")),
            Self::Make(tables) => write!(f, "make {}", tables.join(",")),
        }
    }
}

thread_local! {
    /// Under which warrant this thread compiles. Without one, everything is allowed.
    static WARRANT: RefCell<Option<Warrant>> = const { RefCell::new(None) };
}

/// Holds what a connection compiles to the warrant of its thread.
pub(super) fn hold(connection: &mut Connection) -> Result<()> {
    let authorize = |context: AuthContext<'_>| {
        WARRANT.with_borrow(|warrant| match warrant {
            Some(warrant) if !warrant.allows(context.action) => Authorization::Deny,
            _ => Authorization::Allow,
        })
    };
    Ok(connection.authorizer(Some(authorize))?)
}

impl Warrant {
    /// Runs `compile` under it.
    pub(super) fn over<T>(&self, compile: impl FnOnce() -> T) -> T {
        struct Ends;
        impl Drop for Ends {
            fn drop(&mut self) {
                WARRANT.set(None);
            }
        }
        WARRANT.set(Some(self.clone()));
        let _ends = Ends;
        compile()
    }

    fn allows(&self, action: AuthAction<'_>) -> bool {
        match action {
            AuthAction::Select
            | AuthAction::Read { .. }
            | AuthAction::Function { .. }
            | AuthAction::Recursive => true,
            AuthAction::Insert { table_name }
            | AuthAction::Delete { table_name }
            | AuthAction::Update { table_name, .. } => {
                self.writes(table_name) || self.makes_any() && table_name == "sqlite_master"
            }
            AuthAction::CreateTable { table_name } | AuthAction::CreateIndex { table_name, .. } => {
                self.makes_any() && self.writes(table_name)
            }
            AuthAction::Reindex { .. } => self.makes_any(),
            _ => false,
        }
    }

    fn makes_any(&self) -> bool {
        matches!(self, Self::Make(_))
    }

    fn writes(&self, table: &str) -> bool {
        match self {
            Self::Read => false,
            Self::Write(tables) | Self::Make(tables) => {
                tables.iter().any(|own| own.eq_ignore_ascii_case(table))
            }
        }
    }
}
