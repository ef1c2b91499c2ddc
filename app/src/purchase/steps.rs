//! Signing in on the way, the confirmation with its one button, and the order (Source: PUR-1, PUR-3).

use domain::{
    lang::Lang,
    purchase::{Before, Choice, Placed, Step},
};
use leptos::prelude::*;

use super::{
    api::Buy,
    offer::{StepLink, contact, contents, offered},
    screen::Screen,
};
use crate::{
    account::{
        api::{SignIn, SwitchOrganisation},
        fields::{Dropped, SignInFields},
    },
    call::{Sends as _, fresh},
    kit::{
        Badge, Card, Day, Erased as _, Fact, Facts, Icon, Mono, Tone, Warning, attrs,
        form::{CommandForm, Hidden, Submit, heard},
        icon, lang, t, text,
    },
};

/// Who it is, before anything can be chosen. Where people go on is what they had asked for.
pub fn sign_in(screen: Screen) -> impl IntoView {
    let dropped = screen.dropped().then(|| view! { <Dropped site=screen.site()/> }.erased());
    let to = SignIn::target();
    let offer = screen.offer();
    view! {
        <h1 class="text-2xl font-semibold tracking-tight">{t("登录", "Sign in")}</h1>
        <p class="mt-1 mb-6 text-muted">{t("登录后继续购买；确认之前不会购买任何东西。", "You go on with the purchase after signing in; nothing is bought before you confirm.")}</p>
        {dropped}
        <Card>
            {offered(&offer)}
            <div class="mt-6 border-t border-base-300 pt-6">
                <CommandForm to posting=fresh(None) page=screen.here() done=screen.here() on_done=heard(move |()| screen.signed_in())>
                    <SignInFields login=""/>
                    <Submit label=t("登录", "Sign in") class="btn-primary w-full"/>
                </CommandForm>
                <p class="mt-4 text-sm text-muted">{t("还没有账号？请组织的平台管理员给您发送邀请链接。", "No account yet? Ask a platform admin of your organisation for an invitation.")}</p>
            </div>
        </Card>
    }.erased()
}

/// What would be bought and for whom, and the button.
pub fn confirmation(screen: Screen) -> impl IntoView {
    let (offer, visitor) = (screen.offer(), screen.visitor());
    let (acting, choice) =
        visitor.as_ref().map(|visitor| (visitor.acting, visitor.acting().cloned())).unzip();
    let choice: Option<Choice> = choice.flatten();
    let to = Buy::target();
    let bought = move |placed: Placed| screen.bought(placed);
    let several = visitor.as_ref().is_some_and(|visitor| visitor.choices.len() > 1);
    let another = several.then(|| view! {
        <StepLink screen step=Step::Organisation class="link text-sm">{t("换一个组织", "Another organisation")}</StepLink>
    }.erased());
    let edition = choice.as_ref().map(|choice| choice.edition);
    let before = choice.as_ref().and_then(|choice| choice.before.clone());
    let url = screen.url(Step::Done);
    let (token, provider_edition) = (offer.token.clone(), offer.provider_edition);
    let inside = contents(&offer, edition);
    view! {
        <h1 class="mb-4 text-xl font-semibold">{t("确认购买", "Confirm the purchase")}</h1>
        <Card>
            {offered(&offer)}
            <div class="mt-4 border-t border-base-300 pt-2">
                {choice.map(|choice| view! {
                    <Facts>
                        <Fact label=t("购买的组织", "Buying for")><span class="font-medium">{choice.name}</span></Fact>
                        <Fact label="CorpID"><Mono text=choice.corp_id/></Fact>
                        <Fact label=t("组织版本", "Your edition")><Badge tone=Tone::Info text=text(&choice.edition.label())/></Fact>
                        <Fact label=t("服务商的组织版本", "The provider's edition")><Badge tone=Tone::Quiet text=text(&provider_edition.label())/></Fact>
                        <Fact label=t("服务商的联系人", "The provider's contact")>{contact(&offer)}</Fact>
                    </Facts>
                }.erased())}
            </div>
            {another}
        </Card>
        {before.map(|before| again(screen, before))}
        {edition.filter(|edition| *edition != provider_edition).map(|_| view! {
            <Warning text=t(
                "贵组织与服务商的版本不同。下面逐页列出在贵组织的版本下是否可用；暂不可用的会在升级后自动启用，不会丢失。",
                "Your edition differs from the provider's. Below, each page says whether it works with yours; what is off wakes up with a higher edition, and nothing is lost.",
            )/>
        }.erased())}
        {inside}
        <div class="panel p-4 max-sm:sticky max-sm:bottom-0 max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0 max-sm:shadow-lg sm:p-6">
            <CommandForm to posting=fresh(acting.flatten()) page=screen.here() done=url on_done=heard(bought)>
                <p class="mb-3 text-sm text-muted">{t("按下后会生成一个订单，由服务商发送应用。重复按下不会重复购买。", "This places one order; the provider then sends the app. Pressing twice does not buy twice.")}</p>
                <Hidden name="token" value=token/>
                <Submit label=t("购买应用", "Buy the app") class="btn-primary w-full"/>
            </CommandForm>
        </div>
    }.erased()
}

/// Who buys the same app once more is told so, and where the first one is (Source: PUR-3).
fn again(screen: Screen, before: Before) -> impl IntoView {
    let (number, date) = (before.number, screen.zone().date(before.placed_at));
    let words = match lang() {
        Lang::Zh => {
            format!("贵组织已在 {date} 购买过此应用（订单 {number}），再次购买会得到第二份。")
        }
        Lang::En => format!(
            "Your organisation bought this app on {date} (order {number}); buying again gives you a second one."
        ),
    };
    view! {
        <Warning text=words><a {..attrs!["href" = format!("/purchased/{}", before.order)]} class="link">{t("查看那个订单", "Open that order")}</a></Warning>
    }.erased()
}

/// The order that was placed.
pub fn order(screen: Screen) -> impl IntoView {
    let (offer, order, visitor) = (screen.offer(), screen.order()?, screen.visitor());
    let acting = visitor.and_then(|visitor| visitor.acting);
    let next = text(&order.next);
    let way = to_order(screen, &order, acting);
    Some(view! {
        <Card>
            <div class="mb-6 flex items-center gap-3">
                <span class="flex size-10 shrink-0 items-center justify-center rounded-full bg-success text-success-content">{icon(Icon::Check)}</span>
                <h1 class="text-xl font-semibold">{t("购买完成", "Bought")}</h1>
            </div>
            {offered(&offer)}
            <div class="mt-4 border-t border-base-300 pt-2">
                <Facts>
                    <Fact label=t("订单号", "Order")><Mono text=order.number.clone()/></Fact>
                    <Fact label=t("状态", "State")><Badge tone=Tone::Info text=text(&order.state)/></Fact>
                    <Fact label=t("购买的组织", "Bought for")>{order.customer_name.clone()}</Fact>
                    <Fact label=t("购买人", "Bought by")>{order.buyer_name.clone()}</Fact>
                    <Fact label=t("时间", "Time")><Day at=order.placed_at zone=screen.zone()/></Fact>
                    <Fact label=t("服务商的联系人", "The provider's contact")>{contact(&offer)}</Fact>
                </Facts>
            </div>
            <p class="mt-2">{next}</p>
            {way}
        </Card>
    }.erased())
}

/// The way to the order, through the organisation that placed it where another is acted in.
fn to_order(
    screen: Screen,
    order: &Placed,
    acting: Option<domain::identity::OrganisationId>,
) -> AnyView {
    let url = format!("/purchased/{}", order.order);
    if acting == Some(order.customer) {
        return view! { <a {..attrs!["href" = url]} class="btn btn-primary mt-6 w-full">{t("查看订单", "Open the order")}</a> }.erased();
    }
    let to = SwitchOrganisation::target();
    let name = &order.customer_name;
    let label = match lang() {
        Lang::Zh => format!("切换到「{name}」并查看订单"),
        Lang::En => format!("Switch to “{name}” and open the order"),
    };
    let customer = order.customer.to_string();
    view! {
        <CommandForm to posting=fresh(acting) page=screen.here() done=url class="mt-6">
            <Hidden name="organisation" value=customer/>
            <Submit label class="btn-primary h-auto w-full py-2"/>
        </CommandForm>
    }
    .erased()
}
