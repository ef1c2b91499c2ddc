//! Enumerations with a stable code for storage and a label in both languages for people.

/// Declares an enum whose variants have a stored code and a bilingual label.
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// Every variant, in the order in which people see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code under which it is stored.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// Reads a stored code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.code() == code)
            }

            /// What people read.
            pub const fn label(self) -> $crate::lang::Text {
                match self { $(Self::$variant => $crate::lang::Text::of($zh, $en)),* }
            }
        }
    };
}
