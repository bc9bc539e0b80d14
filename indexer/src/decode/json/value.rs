//! Borsh bytes of a known type, as JSON.
//!
//! Large integers are text, because a JSON number loses precision beyond 2^53, and most of them are
//! amounts. Signed 64 bits are times, and numbers; so is a `sequence`, which counts.

use serde_json::{Map, Value};
use solana_pubkey::Pubkey;

use super::bytes::Bytes;
use super::schema::{Field, Fields, Schema, Shape, Type, Variant};

/// The type of this name. Nothing where the bytes are not of it.
pub fn read_named(schema: &Schema, name: &str, bytes: &mut Bytes) -> Option<Value> {
    match schema.shape(name)? {
        Shape::Struct { fields } => read_fields(schema, fields, bytes),
        Shape::Enum { variants } => {
            let [index] = bytes.array()?;
            read_variant(schema, variants.get(usize::from(index))?, bytes)
        }
    }
}

fn read(schema: &Schema, ty: &Type, bytes: &mut Bytes) -> Option<Value> {
    Some(match ty {
        Type::Bool => bytes.flag()?.into(),
        Type::U8 => u8::from_le_bytes(bytes.array()?).into(),
        Type::U16 => u16::from_le_bytes(bytes.array()?).into(),
        Type::U32 => u32::from_le_bytes(bytes.array()?).into(),
        Type::U64 => text(u64::from_le_bytes(bytes.array()?)),
        Type::U128 => text(u128::from_le_bytes(bytes.array()?)),
        Type::I8 => i8::from_le_bytes(bytes.array()?).into(),
        Type::I16 => i16::from_le_bytes(bytes.array()?).into(),
        Type::I32 => i32::from_le_bytes(bytes.array()?).into(),
        Type::I64 => i64::from_le_bytes(bytes.array()?).into(),
        Type::I128 => text(i128::from_le_bytes(bytes.array()?)),
        Type::Pubkey => text(Pubkey::from(bytes.array::<32>()?)),
        Type::String => {
            let length = bytes.length()?;
            std::str::from_utf8(bytes.take(length)?).ok()?.into()
        }
        Type::Bytes => {
            let length = bytes.length()?;
            hex(bytes.take(length)?)
        }
        Type::Option(some) => match bytes.flag()? {
            true => read(schema, some, bytes)?,
            false => Value::Null,
        },
        Type::Vec(element) => {
            let length = bytes.length()?;
            read_elements(schema, element, length, bytes)?
        }
        Type::Array(element, length) => read_elements(schema, element, *length, bytes)?,
        Type::Defined { name } => read_named(schema, name, bytes)?,
    })
}

/// Bytes as one hex text, anything else as a list.
fn read_elements(schema: &Schema, element: &Type, length: usize, bytes: &mut Bytes) -> Option<Value> {
    match element {
        Type::U8 => bytes.take(length).map(hex),
        _ => (0..length).map(|_| read(schema, element, bytes)).collect(),
    }
}

fn read_fields(schema: &Schema, fields: &Fields, bytes: &mut Bytes) -> Option<Value> {
    match fields {
        Fields::Named(fields) => {
            let mut object = Map::new();
            for field in fields {
                object.insert(field.name.clone(), read_field(schema, field, bytes)?);
            }
            Some(Value::Object(object))
        }
        Fields::Tuple(types) => types.iter().map(|ty| read(schema, ty, bytes)).collect(),
    }
}

fn read_field(schema: &Schema, field: &Field, bytes: &mut Bytes) -> Option<Value> {
    match (field.name.as_str(), &field.ty) {
        ("sequence", Type::U64) => Some(u64::from_le_bytes(bytes.array()?).into()),
        (_, ty) => read(schema, ty, bytes),
    }
}

/// A word, or an object of one word when there is more to say.
fn read_variant(schema: &Schema, variant: &Variant, bytes: &mut Bytes) -> Option<Value> {
    let word = snake_case(&variant.name);
    match &variant.fields {
        Fields::Named(fields) if fields.is_empty() => Some(word.into()),
        fields => Some(Map::from_iter([(word, read_fields(schema, fields, bytes)?)]).into()),
    }
}

fn text(value: impl ToString) -> Value {
    Value::String(value.to_string())
}

fn hex(bytes: &[u8]) -> Value {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

pub fn snake_case(name: &str) -> String {
    let mut words = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
