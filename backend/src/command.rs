//! Commands in storage: done in the organisation they were made for or not at all, and once, however
//! often they are sent (Source: ALL-5).
//!
//! What was done under a key is remembered for a day, in the unit of work that did it, with what it
//! answered. The answer may hold a secret that is told to nobody else, such as an invitation's token.
//! So it is stored encrypted under a key that is derived from the command's own, of which the table
//! holds only a hash: whoever reads the table, or a backup of it, learns nothing, and only whoever
//! sends the same command again is answered.

use std::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, aead::Aead as _};
use domain::{
    audit::hex,
    authority::Actor,
    command::{Checked, Command, CommandKey, Posting, elsewhere, key_used},
    identity::{AccountId, OrganisationId},
    problem::Problem,
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::{Backend, account, args, db::Tx, problem::Internal, sql};

/// How long is remembered what was done under a key: longer than anybody tries to send a form.
const REMEMBERED: i64 = Timestamp::DAY;
/// How many bytes of an encrypted answer are its nonce.
const NONCE: usize = 12;

/// How a command begins.
pub enum Begun<C: Command> {
    /// It was done before, and this was the answer.
    Done(C::Answer),
    /// It is to be done now.
    Work(Unit<C>),
}

/// The unit of work of a command, which also remembers under which key it was done.
pub struct Unit<C: Command> {
    tx: Tx,
    account: AccountId,
    key: CommandKey,
    print: String,
    command: PhantomData<C>,
}

impl<C: Command> Deref for Unit<C> {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl<C: Command> DerefMut for Unit<C> {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

impl<C: Command> Unit<C> {
    /// Remembers the answer, and makes all of it durable.
    pub async fn commit(
        mut self,
        backend: &Backend,
        answer: C::Answer,
    ) -> Result<C::Answer, Problem> {
        let sealed = seal(backend, self.key, &answer)?;
        // A key that was remembered for long enough may be used anew before it is swept.
        self.tx
            .run(
                sql!(
                    "insert into command_key (account_id, key_hash, print, answer, created_at) \
                     values ($1, $2, $3, $4, $5) on conflict (account_id, key_hash) do update set \
                     print = excluded.print, answer = excluded.answer, \
                     created_at = excluded.created_at"
                ),
                args![self.account, hex(&hash(self.key)), self.print, sealed, backend.now()],
            )
            .await?;
        self.tx.commit().await?;
        Ok(answer)
    }
}

impl Backend {
    /// What a form is made for that this actor is shown now, with a key of its own.
    pub fn posting(&self, actor: &Actor) -> Posting {
        let mut random = [0; 16];
        self.random(&mut random);
        Posting::new(random, acted_in(actor))
    }

    /// Begins a command of a signed-in person. Refused where it was made in another organisation than
    /// is acted in by now, unless it was done before: then that is what its sender is told, wherever
    /// they act meanwhile.
    pub async fn unit<C: Command>(
        &self,
        actor: &Actor,
        command: &Checked<C>,
    ) -> Result<Begun<C>, Problem> {
        let account = actor.person()?.account;
        if acted_in(actor) == command.posting.organisation {
            return self.unit_of(account, command).await;
        }
        match self.answered(actor, command).await? {
            Some(answer) => Ok(Begun::Done(answer)),
            None => Err(refusal(self, actor, &command.posting).await?),
        }
    }

    /// Like [`Backend::unit`], for a command with which a stranger shows that an account is theirs.
    /// Where it was made is asked before, with [`require_place`].
    pub async fn unit_of<C: Command>(
        &self,
        account: AccountId,
        command: &Checked<C>,
    ) -> Result<Begun<C>, Problem> {
        let key = command.posting.key;
        let mut tx = self.begin().await?;
        // Of two that come at once, the second finds what the first has done.
        tx.stand_in_line(place_in_line(key)).await?;
        if let Some(answer) = earlier(self, &mut tx, account, command).await? {
            return Ok(Begun::Done(answer));
        }
        let print = command.print.clone();
        Ok(Begun::Work(Unit { tx, account, key, print, command: PhantomData }))
    }

    /// What a command of a signed-in person has answered, where it was done before; for commands that
    /// must look before they do what takes long, or what does not go a second time.
    pub async fn answered<C: Command>(
        &self,
        actor: &Actor,
        command: &Checked<C>,
    ) -> Result<Option<C::Answer>, Problem> {
        let account = actor.person()?.account;
        earlier(self, &mut self.read().await?, account, command).await
    }
}

/// The actor of a command: who asks, and where they pressed that the command is to be done in the
/// organisation it was made in, from now on in that one.
pub async fn actor_for(
    backend: &Backend,
    actor: Actor,
    posting: &Posting,
) -> Result<Actor, Problem> {
    let Some(organisation) = posting.organisation.filter(|_| posting.go_back) else {
        return Ok(actor);
    };
    if acted_in(&actor) == Some(organisation) {
        return Ok(actor);
    }
    let mut person = actor.person()?.clone();
    let mut tx = backend.begin().await?;
    let membership = account::act_in(backend, &mut tx, &actor, organisation).await?;
    tx.commit().await?;
    person.membership = Some(membership);
    Ok(Actor::Person(Box::new(person)))
}

/// Refuses what was made in another organisation than is acted in by now; strangers act in none.
pub async fn require_place(
    backend: &Backend,
    actor: &Actor,
    posting: &Posting,
) -> Result<(), Problem> {
    if acted_in(actor) == posting.organisation {
        return Ok(());
    }
    Err(refusal(backend, actor, posting).await?)
}

/// Forgets the keys that were remembered for long enough; gives how many those were.
pub async fn forget_old(backend: &Backend) -> Result<u64, Problem> {
    let mut tx = backend.begin().await?;
    let count = tx
        .run(
            sql!("delete from command_key where created_at <= $1"),
            args![backend.now().plus(-REMEMBERED)],
        )
        .await?;
    tx.commit().await?;
    Ok(count)
}

fn acted_in(actor: &Actor) -> Option<OrganisationId> {
    actor.membership().ok().map(|membership| membership.organisation)
}

/// The refusal by the names of both organisations; the one left behind is named only to its members.
async fn refusal(backend: &Backend, actor: &Actor, posting: &Posting) -> Result<Problem, Problem> {
    let now = actor.membership().ok();
    let now = now.map(|held| (held.organisation, held.organisation_name.as_str()));
    let (Some(made_in), Ok(person)) = (posting.organisation, actor.person()) else {
        return Ok(elsewhere(None, now));
    };
    let row = backend
        .read()
        .await?
        .one(
            sql!(
                "select o.name from member m join organisation o on o.id = m.organisation_id \
                 where m.organisation_id = $1 and m.account_id = $2"
            ),
            args![made_in, person.account],
        )
        .await?;
    let name: Option<String> = row.map(|row| row.get("name")).transpose()?;
    Ok(elsewhere(name.as_deref().map(|name| (made_in, name)), now))
}

/// The answer remembered under a command's key.
async fn earlier<C: Command>(
    backend: &Backend,
    tx: &mut Tx,
    account: AccountId,
    command: &Checked<C>,
) -> Result<Option<C::Answer>, Problem> {
    let key = command.posting.key;
    let row = tx
        .one(
            sql!(
                "select print, answer from command_key \
                 where account_id = $1 and key_hash = $2 and created_at > $3"
            ),
            args![account, hex(&hash(key)), backend.now().plus(-REMEMBERED)],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.get::<String>("print")? != command.print {
        return Err(key_used());
    }
    unseal(key, &row.get::<String>("answer")?).map(Some)
}

/// What stands for a key in storage.
fn hash(key: CommandKey) -> [u8; 32] {
    Sha256::digest(key.bytes()).into()
}

fn place_in_line(key: CommandKey) -> i64 {
    hash(key).first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
}

/// What encrypts the answer: another hash of the key than the one in the table.
fn cipher(key: CommandKey) -> ChaCha20Poly1305 {
    let secret = Sha256::new().chain_update("answer of a command\n").chain_update(key.bytes());
    ChaCha20Poly1305::new(&secret.finalize())
}

/// The nonce is by chance: two accounts may have sent the same form, and the demo repeats itself.
fn seal(backend: &Backend, key: CommandKey, answer: &impl Serialize) -> Result<String, Problem> {
    let plain = serde_json::to_vec(answer).internal()?;
    let mut sealed = vec![0; NONCE];
    backend.random(&mut sealed);
    let hidden = cipher(key).encrypt(Nonce::from_slice(&sealed), plain.as_slice()).internal()?;
    sealed.extend(hidden);
    Ok(STANDARD.encode(sealed))
}

fn unseal<T: DeserializeOwned>(key: CommandKey, sealed: &str) -> Result<T, Problem> {
    let sealed = STANDARD.decode(sealed).internal()?;
    let (nonce, hidden) =
        sealed.split_at_checked(NONCE).ok_or("an answer without nonce").internal()?;
    let plain = cipher(key).decrypt(Nonce::from_slice(nonce), hidden).internal()?;
    serde_json::from_slice(&plain).internal()
}
