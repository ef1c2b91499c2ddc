//! Dragging with the browser's own drag and drop. Dropping posts the same command as the buttons, so
//! nothing is kept in the browser and a refusal is shown as everywhere.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DragEvent, Element, Event, HtmlFormElement, HtmlInputElement, Node};

/// What is being dragged, and where it came from.
struct Held {
    item: Element,
    list: Node,
    next: Option<Node>,
    from: String,
}

/// Makes the items within the element `root` draggable.
pub fn start(root: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(root) = document.and_then(|document| document.get_element_by_id(root)) else { return };
    let Ok(items) = root.query_selector_all("[data-move]") else { return };
    for index in 0..items.length() {
        if let Some(item) = items.item(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            let _ = item.set_attribute("draggable", "true");
        }
    }
    let held: Rc<RefCell<Option<Held>>> = Rc::default();
    listen(&root, "dragstart", {
        let held = held.clone();
        move |event| take(&held, event)
    });
    listen(&root, "dragover", {
        let (held, root) = (held.clone(), root.clone());
        move |event| over(&held, &root, event)
    });
    listen(&root, "drop", |event| event.prevent_default());
    listen(&root, "dragend", move |event| finish(&held, event));
}

fn listen(root: &Element, name: &str, act: impl Fn(&DragEvent) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if let Some(event) = event.dyn_ref::<DragEvent>() {
            act(event);
        }
    });
    let _ = root.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

fn target(event: &DragEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Where an item stands: its list and its place in it.
fn place(item: &Element) -> Option<(String, u32)> {
    let list = item.parent_element()?;
    let items = list.children();
    let mut index = 0;
    for at in 0..items.length() {
        let other = items.item(at)?;
        if other.is_same_node(Some(item)) {
            break;
        }
        index += u32::from(other.has_attribute("data-move"));
    }
    Some((list.get_attribute("data-list").unwrap_or_default(), index))
}

fn command(item: &Element) -> Option<String> {
    let (list, index) = place(item)?;
    let command = item.get_attribute("data-move")?;
    Some(command.replace("{list}", &list).replace("{index}", &index.to_string()))
}

fn take(held: &RefCell<Option<Held>>, event: &DragEvent) {
    let Some(item) = target(event).and_then(|target| target.closest("[data-move]").ok()?) else {
        return;
    };
    let (Some(list), Some(from)) = (item.parent_node(), command(&item)) else { return };
    if let Some(transfer) = event.data_transfer() {
        transfer.set_effect_allowed("move");
        // Without data some browsers do not begin to drag.
        let _ = transfer.set_data("text/plain", &from);
    }
    let _ = item.class_list().add_1("opacity-50");
    held.replace(Some(Held { next: item.next_sibling(), item, list, from }));
}

/// Shows the item where it would go.
fn over(held: &RefCell<Option<Held>>, root: &Element, event: &DragEvent) {
    let held = held.borrow();
    let Some(held) = held.as_ref() else { return };
    event.prevent_default();
    let whole_lists = held.item.has_attribute("data-group");
    let Some(mut over) = target(event).and_then(|target| target.closest("[data-move]").ok()?)
    else {
        return;
    };
    if whole_lists {
        // A group goes between the entries of the outer list, never into another group.
        while let Some(outer) =
            over.parent_element().and_then(|up| up.closest("[data-move]").ok()?)
        {
            if !root.contains(Some(&outer)) {
                break;
            }
            over = outer;
        }
    }
    if held.item.contains(Some(&over)) {
        return;
    }
    let area = over.get_bounding_client_rect();
    let height = f64::from(event.client_y()) - area.top();
    let into = over.query_selector("[data-list]").ok().flatten();
    let edge = (area.height() / 4.0).min(16.0);
    match into.filter(|_| !whole_lists && height > edge && height < area.height() - edge) {
        Some(list) => {
            let _ = list.append_child(&held.item);
        }
        None if height < area.height() / 2.0 => {
            let _ = over.before_with_node_1(&held.item);
        }
        None => {
            let _ = over.after_with_node_1(&held.item);
        }
    }
}

fn finish(held: &RefCell<Option<Held>>, event: &DragEvent) {
    let Some(held) = held.replace(None) else { return };
    let _ = held.item.class_list().remove_1("opacity-50");
    let dropped = event.data_transfer().is_some_and(|transfer| transfer.drop_effect() != "none");
    let now = command(&held.item).filter(|_| dropped);
    match now {
        Some(command) if command != held.from => post(&held.item, &command),
        _ => {
            let _ = held.list.insert_before(&held.item, held.next.as_ref());
        }
    }
}

/// Posts the command with the form that the item stands in. A button that is pressed later comes
/// after it in the form and overrules it.
fn post(item: &Element, command: &str) {
    let form = item.closest("form").ok().flatten();
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
    let input = form.query_selector("input[data-command]").ok().flatten();
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value(command);
        let _ = form.request_submit();
    }
}
