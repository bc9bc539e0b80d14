//! What `value` made of borsh bytes, as these bytes again.

use serde_json::Value;

use super::schema::{Fields, Schema, Shape, Type, Variant};
use super::value::snake_case;

/// Appends `value` as the type of this name. Nothing where it is not of that type.
pub fn write_named(schema: &Schema, name: &str, value: &Value, bytes: &mut Vec<u8>) -> Option<()> {
    match schema.shape(name)? {
        Shape::Struct { fields } => write_fields(schema, fields, value, bytes),
        Shape::Enum { variants } => write_variant(schema, variants, value, bytes),
    }
}

fn write(schema: &Schema, ty: &Type, value: &Value, bytes: &mut Vec<u8>) -> Option<()> {
    match ty {
        Type::Bool => bytes.push(value.as_bool()?.into()),
        Type::U8 => bytes.extend(u8::try_from(value.as_u64()?).ok()?.to_le_bytes()),
        Type::U16 => bytes.extend(u16::try_from(value.as_u64()?).ok()?.to_le_bytes()),
        Type::U32 => bytes.extend(u32::try_from(value.as_u64()?).ok()?.to_le_bytes()),
        // A `sequence` is a number, everything else of this size is text.
        Type::U64 => {
            let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
            bytes.extend(number.to_le_bytes());
        }
        Type::U128 => bytes.extend(value.as_str()?.parse::<u128>().ok()?.to_le_bytes()),
        Type::I8 => bytes.extend(i8::try_from(value.as_i64()?).ok()?.to_le_bytes()),
        Type::I16 => bytes.extend(i16::try_from(value.as_i64()?).ok()?.to_le_bytes()),
        Type::I32 => bytes.extend(i32::try_from(value.as_i64()?).ok()?.to_le_bytes()),
        Type::I64 => bytes.extend(value.as_i64()?.to_le_bytes()),
        Type::I128 => bytes.extend(value.as_str()?.parse::<i128>().ok()?.to_le_bytes()),
        Type::Pubkey => {
            let mut key = [0; 32];
            let length = bs58::decode(value.as_str()?).onto(&mut key).ok()?;
            (length == key.len()).then(|| bytes.extend(key))?;
        }
        Type::String => write_sized(value.as_str()?.as_bytes(), bytes)?,
        Type::Bytes => write_sized(&unhex(value.as_str()?)?, bytes)?,
        Type::Option(some) => {
            bytes.push((!value.is_null()).into());
            if !value.is_null() {
                write(schema, some, value, bytes)?;
            }
        }
        Type::Vec(element) => match **element {
            Type::U8 => write_sized(&unhex(value.as_str()?)?, bytes)?,
            _ => {
                let elements = value.as_array()?;
                bytes.extend(u32::try_from(elements.len()).ok()?.to_le_bytes());
                write_elements(schema, element, elements, bytes)?;
            }
        },
        Type::Array(element, length) => match **element {
            Type::U8 => {
                let raw = unhex(value.as_str()?).filter(|raw| raw.len() == *length)?;
                bytes.extend(raw);
            }
            _ => {
                let elements = value.as_array().filter(|elements| elements.len() == *length)?;
                write_elements(schema, element, elements, bytes)?;
            }
        },
        Type::Defined { name } => write_named(schema, name, value, bytes)?,
    }
    Some(())
}

fn write_elements(schema: &Schema, element: &Type, values: &[Value], bytes: &mut Vec<u8>) -> Option<()> {
    values.iter().try_for_each(|value| write(schema, element, value, bytes))
}

fn write_sized(raw: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    bytes.extend(u32::try_from(raw.len()).ok()?.to_le_bytes());
    bytes.extend(raw);
    Some(())
}

fn write_fields(schema: &Schema, fields: &Fields, value: &Value, bytes: &mut Vec<u8>) -> Option<()> {
    match fields {
        Fields::Named(fields) => fields
            .iter()
            .try_for_each(|field| write(schema, &field.ty, value.as_object()?.get(&field.name)?, bytes)),
        Fields::Tuple(types) => {
            let values = value.as_array().filter(|values| values.len() == types.len())?;
            types.iter().zip(values).try_for_each(|(ty, value)| write(schema, ty, value, bytes))
        }
    }
}

/// A word, or an object of one word.
fn write_variant(schema: &Schema, variants: &[Variant], value: &Value, bytes: &mut Vec<u8>) -> Option<()> {
    let (word, more) = match value {
        Value::String(word) => (word, None),
        Value::Object(object) => {
            let (word, more) = object.iter().next()?;
            (word, Some(more))
        }
        _ => return None,
    };
    let index = variants.iter().position(|variant| snake_case(&variant.name) == *word)?;
    bytes.push(u8::try_from(index).ok()?);
    more.map_or(Some(()), |more| write_fields(schema, &variants[index].fields, more, bytes))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pairs = digits.len().is_multiple_of(2).then(|| digits.chunks_exact(2))?;
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
