//! What of an IDL says how events are encoded.

use std::collections::HashMap;

use serde::Deserialize;

/// The events of a program, and the types that they are made of.
pub struct Schema {
    pub events: Vec<EventEntry>,
    types: HashMap<String, Shape>,
}

/// An event is the type of the same name, behind a discriminator.
#[derive(Deserialize)]
pub struct EventEntry {
    pub name: String,
    pub discriminator: [u8; 8],
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    Bool,
    U8,
    U16,
    U32,
    U64,
    U128,
    I8,
    I16,
    I32,
    I64,
    I128,
    Pubkey,
    String,
    Bytes,
    Option(Box<Type>),
    Vec(Box<Type>),
    Array(Box<Type>, usize),
    Defined { name: String },
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Shape {
    Struct {
        #[serde(default)]
        fields: Fields,
    },
    Enum {
        variants: Vec<Variant>,
    },
}

#[derive(Deserialize)]
pub struct Variant {
    pub name: String,
    #[serde(default)]
    pub fields: Fields,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Fields {
    Named(Vec<Field>),
    Tuple(Vec<Type>),
}

impl Default for Fields {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

#[derive(Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: Type,
}

impl Schema {
    pub fn parse(idl: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Idl {
            events: Vec<EventEntry>,
            types: Vec<TypeEntry>,
        }
        #[derive(Deserialize)]
        struct TypeEntry {
            name: String,
            #[serde(rename = "type")]
            shape: Shape,
        }
        let Idl { events, types } = serde_json::from_str(idl)?;
        Ok(Self { events, types: types.into_iter().map(|entry| (entry.name, entry.shape)).collect() })
    }

    pub fn event(&self, discriminator: &[u8; 8]) -> Option<&EventEntry> {
        self.events.iter().find(|event| event.discriminator == *discriminator)
    }

    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.types.get(name)
    }
}
