//! Attributes by their names. In a client whose views are erased each attribute of the framework is a type
//! of its own and brings 3 kB of code; these are two types together (docs/decisions/0011).

use leptos::{
    prelude::*,
    tachys::html::attribute::{any_attribute::AnyAttribute, custom::custom_attribute},
};

/// What an attribute may be.
pub trait AttributeText {
    /// The attribute of that name with this as its value.
    fn named(self, name: &'static str) -> AnyAttribute;
}

impl AttributeText for Option<String> {
    fn named(self, name: &'static str) -> AnyAttribute {
        custom_attribute(name, self).into_any_attr()
    }
}

impl AttributeText for Signal<Option<String>> {
    fn named(self, name: &'static str) -> AnyAttribute {
        custom_attribute(name, self).into_any_attr()
    }
}

impl AttributeText for String {
    fn named(self, name: &'static str) -> AnyAttribute {
        Some(self).named(name)
    }
}

impl AttributeText for &str {
    fn named(self, name: &'static str) -> AnyAttribute {
        Some(self.to_owned()).named(name)
    }
}

impl AttributeText for Option<&str> {
    fn named(self, name: &'static str) -> AnyAttribute {
        self.map(ToOwned::to_owned).named(name)
    }
}

/// Present without a value, or absent.
impl AttributeText for bool {
    fn named(self, name: &'static str) -> AnyAttribute {
        self.then(String::new).named(name)
    }
}

/// Attributes of an element in a view: `<a {..attrs!["href" = url]}>`.
macro_rules! attrs {
    ($($name:literal = $value:expr),+ $(,)?) => {
        vec![$($crate::kit::AttributeText::named($value, $name)),+]
    };
}
pub(crate) use attrs;
