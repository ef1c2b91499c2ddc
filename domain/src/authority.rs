//! Who acts, and which kind of actor each use case wants: the one table of permissions.

use crate::{
    account::Theme,
    identity::{AccountId, OrganisationId, SessionId},
    lang::{Lang, Text},
    organisation::Role,
    problem::{Kind, Problem},
};

/// Who asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Stranger {
        /// The network address the request came from.
        address: String,
    },
    /// A signed-in person.
    Person(Box<Person>),
    /// The program itself: background work and the command line.
    System,
}

/// A signed-in person, acting in one organisation at a time (Source: ORG-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The person's name.
    pub name: String,
    /// True for platform operators (Source: ORG-3).
    pub operator: bool,
    /// The organisation acted in.
    pub membership: Option<Membership>,
    /// The network address the request came from.
    pub address: String,
    /// The language chosen by hand, if any.
    pub language: Option<Lang>,
    /// The look chosen by hand, if any.
    pub theme: Option<Theme>,
}

/// A person's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The role there.
    pub role: Role,
}

/// What kind of actor a use case wants. What else it asks of the thing acted upon (its creator, its
/// organisation, its state) the use case itself checks after loading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Anybody, signed in or not.
    Anyone,
    /// A signed-in person.
    Person,
    /// A member of an organisation with at least this role.
    Role(Role),
    /// A platform operator.
    Operator,
}

macro_rules! use_cases {
    ($($name:ident => $wants:expr;)*) => {
        /// Everything a person can do or read. The authorisation matrix covers each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum UseCase {
            $(#[allow(missing_docs)] $name,)*
        }

        impl UseCase {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The kind of actor it wants.
            pub const fn wants(self) -> Wants {
                match self { $(Self::$name => $wants),* }
            }
        }
    };
}

use Wants::{Anyone, Operator, Person as SignedIn, Role as AtLeast};

use_cases! {
    // account, organisation
    SignIn => Anyone;
    SetUp => Anyone;
    InvitationRead => Anyone;
    InvitationAccept => Anyone;
    SessionsRead => SignedIn;
    SessionEnd => SignedIn;
    PreferencesChange => SignedIn;
    PasswordChange => SignedIn;
    OrganisationSwitch => SignedIn;
    OrganisationRead => AtLeast(Role::Member);
    OrganisationLeave => AtLeast(Role::Member);
    OrganisationChange => AtLeast(Role::Admin);
    MembersRead => AtLeast(Role::Member);
    MemberChange => AtLeast(Role::Admin);
    InvitationCreate => AtLeast(Role::Admin);
    InvitationRevoke => AtLeast(Role::Admin);
    OrganisationCreate => Operator;
    OrganisationsRead => Operator;
    EditionChange => Operator;
    // notice, audit
    NoticesRead => SignedIn;
    NoticeMark => SignedIn;
    AuditRead => AtLeast(Role::Admin);
    AuditReadAll => Operator;
    // programme
    ProgrammeRead => AtLeast(Role::Member);
    ProgrammeApply => AtLeast(Role::Admin);
    ProgrammeQueue => Operator;
    ProgrammeDecide => Operator;
    ProgrammeWithdraw => Operator;
    // project
    ProjectsRead => AtLeast(Role::Admin);
    ProjectDraft => AtLeast(Role::Admin);
    ProjectSubmit => AtLeast(Role::Admin);
    ProjectDetail => AtLeast(Role::Admin);
    ProjectRevoke => AtLeast(Role::Admin);
    ProjectCopy => AtLeast(Role::Admin);
    ProjectClose => AtLeast(Role::Admin);
    ReviewQueue => Operator;
    ReviewDecide => Operator;
    CalendarChange => Operator;
    // link, purchase
    LinksRead => AtLeast(Role::Admin);
    LinkCreate => AtLeast(Role::Admin);
    LinkRevoke => AtLeast(Role::Admin);
    LinkCheck => AtLeast(Role::Admin);
    LinkOpen => Anyone;
    Purchase => SignedIn;
    // order, delivery
    OrdersRead => AtLeast(Role::Developer);
    OrderRead => AtLeast(Role::Developer);
    PurchasedRead => AtLeast(Role::Admin);
    Send => AtLeast(Role::Admin);
    SendPages => AtLeast(Role::Admin);
    DeliveryRetry => AtLeast(Role::Admin);
    DeliveryRead => AtLeast(Role::Developer);
    EditPermissionChange => AtLeast(Role::Admin);
    AgreementRead => SignedIn;
    AgreementChange => Operator;
    JobsRead => Operator;
    JobRetry => Operator;
    // application
    ApplicationsRead => AtLeast(Role::Member);
    ApplicationOpen => SignedIn;
    ApplicationCreate => AtLeast(Role::Developer);
    ApplicationImport => AtLeast(Role::Developer);
    ApplicationRename => AtLeast(Role::Developer);
    DesignRead => AtLeast(Role::Developer);
    DesignChange => AtLeast(Role::Developer);
    ReleasePublish => AtLeast(Role::Developer);
    PremiumChange => Operator;
    ApplicationEnable => AtLeast(Role::Admin);
    MaintenanceClose => AtLeast(Role::Admin);
    MaintenanceReopen => AtLeast(Role::Admin);
    Accept => AtLeast(Role::Admin);
    AcceptanceCheck => AtLeast(Role::Admin);
    SampleDelete => AtLeast(Role::Admin);
    // maintenance
    MaintenanceEnter => AtLeast(Role::Developer);
    ChangesRead => AtLeast(Role::Developer);
    // record
    RecordsRead => AtLeast(Role::Member);
    RecordRead => AtLeast(Role::Member);
    RecordCreate => AtLeast(Role::Member);
    RecordChange => AtLeast(Role::Member);
    RecordDelete => AtLeast(Role::Member);
    RecordsExport => AtLeast(Role::Member);
    FileUpload => SignedIn;
    FileRead => SignedIn;
}

impl Actor {
    /// The network address, for the audit trail.
    pub fn address(&self) -> &str {
        match self {
            Self::Stranger { address } => address,
            Self::Person(person) => &person.address,
            Self::System => "",
        }
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// `account.sign_in` for a stranger.
    pub fn person(&self) -> Result<&Person, Problem> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Stranger { .. } | Self::System => Err(sign_in()),
        }
    }

    /// The organisation acted in.
    ///
    /// # Errors
    /// `account.sign_in`, or `organisation.none` for a person outside every organisation.
    pub fn membership(&self) -> Result<&Membership, Problem> {
        self.person()?.membership.as_ref().ok_or_else(|| {
            Problem::new(
                Kind::Denied,
                "organisation.none",
                "ORG-1",
                "您还不是任何组织的成员",
                "You are not a member of any organisation yet",
            )
            .remedy(
                "请组织的平台管理员邀请您加入",
                "Ask a platform admin of your organisation to invite you",
            )
        })
    }

    /// Refuses actors of another kind than the use case wants.
    ///
    /// # Errors
    /// `account.sign_in`, `organisation.none`, `authority.role`, `authority.operator`.
    pub fn may(&self, use_case: UseCase) -> Result<(), Problem> {
        if *self == Self::System {
            return Ok(());
        }
        match use_case.wants() {
            Wants::Anyone => Ok(()),
            Wants::Person => self.person().map(|_| ()),
            Wants::Operator if self.person()?.operator => Ok(()),
            Wants::Operator => Err(operators_only()),
            Wants::Role(role) if self.membership()?.role >= role => Ok(()),
            Wants::Role(role) => Err(role_needed(role)),
        }
    }
}

/// The refusal for strangers.
pub fn sign_in() -> Problem {
    Problem::new(Kind::Unauthenticated, "account.sign_in", "ORG-4", "请先登录", "Sign in first")
}

/// The refusal of a form whose session has ended meanwhile; what was typed waits (ALL-4).
pub fn session_ended() -> Problem {
    Problem::new(
        Kind::Unauthenticated,
        "account.session_ended",
        "ORG-4",
        "登录已经失效，内容还没有提交；您填写的都还在",
        "Your session has ended and nothing was sent; everything you typed is still here",
    )
    .remedy(
        "请在新窗口登录，然后回到这里再提交一次",
        "Sign in in a new window, then come back here and submit again",
    )
}

/// The refusal for people who are not platform operators.
pub fn operators_only() -> Problem {
    Problem::new(
        Kind::Denied,
        "authority.operator",
        "ORG-3",
        "只有平台运营人员可以这样做",
        "Only platform operators can do this",
    )
    .remedy("请联系平台运营人员", "Ask one of the platform operators")
}

/// The refusal for members whose role does not suffice.
pub fn role_needed(role: Role) -> Problem {
    let label = role.label();
    Problem::with(
        Kind::Denied,
        "authority.role",
        "ORG-2",
        Text::new(
            format!("没有权限：需要「{}」身份", label.zh),
            format!("No permission: this needs the role “{}”", label.en),
        ),
    )
    .remedy("请联系组织的平台管理员", "Ask a platform admin of your organisation")
}
