//! Reading CBOR with less precision about numbers than it has: JavaScript has one kind of number,
//! so what was 5.0 there is written as the integer 5, and a float must be readable from it.

use ciborium::Value;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor,
    value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StringDeserializer},
};

type Error = ciborium::value::Error;
type Json = serde_json::Value;

/// Reads a value from `cbor`, which is nothing but that value.
pub(super) fn from_slice<T: DeserializeOwned>(cbor: &[u8]) -> Result<T, String> {
    T::deserialize(Item(value(cbor)?)).map_err(|Error::Custom(message)| message)
}

/// Reads a value as JSON: bytes as arrays of numbers, keys as text, tags left out.
pub(super) fn as_json(cbor: &[u8]) -> Result<Json, String> {
    json(value(cbor)?).map_err(|Error::Custom(message)| message)
}

fn value(mut cbor: &[u8]) -> Result<Value, String> {
    let value = ciborium::from_reader(&mut cbor).map_err(|error| error.to_string())?;
    match cbor.is_empty() {
        true => Ok(value),
        false => Err("bytes are left behind the value".into()),
    }
}

fn json(value: Value) -> Result<Json, Error> {
    match value {
        Value::Bytes(bytes) => Ok(bytes.into()),
        Value::Array(items) => items.into_iter().map(json).collect(),
        Value::Map(entries) => object(entries),
        Value::Float(number) if !number.is_finite() => {
            Err(Error::custom(format!("{number} has no JSON")))
        }
        Value::Tag(2 | 3, _) => Json::deserialize(Item(value)),
        Value::Tag(_, inner) => json(*inner),
        scalar => Json::deserialize(Item(scalar)),
    }
}

fn object(entries: Vec<(Value, Value)>) -> Result<Json, Error> {
    let mut object = serde_json::Map::new();
    for (key, value) in entries {
        let key = match json(key)? {
            Json::String(key) => key,
            key @ (Json::Array(_) | Json::Object(_)) => {
                return Err(Error::custom(format!("the key {key} has no JSON")));
            }
            key => key.to_string(),
        };
        if object.contains_key(&key) {
            return Err(Error::custom(format!("two keys are {key:?} in JSON")));
        }
        object.insert(key, json(value)?);
    }
    Ok(object.into())
}

/// A value that gives itself as what it is, tags left out, and leaves the conversion of numbers to
/// the type that asks.
struct Item(Value);

impl<'de> IntoDeserializer<'de, Error> for Item {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn integer<'de, V: Visitor<'de>>(number: i128, visitor: V) -> Result<V::Value, Error> {
    match (u64::try_from(number), i64::try_from(number)) {
        (Ok(number), _) => visitor.visit_u64(number),
        (_, Ok(number)) => visitor.visit_i64(number),
        _ => visitor.visit_i128(number),
    }
}

/// Tag 2, [RFC 8949, section 3.4.3](https://www.rfc-editor.org/rfc/rfc8949#section-3.4.3): the
/// bytes of a big integer, most significant first.
fn magnitude(bytes: &[u8]) -> Result<u128, Error> {
    let significant = bytes.iter().position(|&byte| byte != 0).map_or(&[][..], |at| &bytes[at..]);
    if significant.len() > 16 {
        return Err(Error::custom("a big integer of more than 128 bits"));
    }
    Ok(significant.iter().fold(0, |number, &byte| number << 8 | u128::from(byte)))
}

fn negative(bytes: &[u8]) -> Result<i128, Error> {
    let magnitude = i128::try_from(magnitude(bytes)?);
    magnitude
        .map(|magnitude| -1 - magnitude)
        .map_err(|_| Error::custom("a big integer below -2^127"))
}

impl<'de> Deserializer<'de> for Item {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Integer(number) => integer(number.into(), visitor),
            Value::Float(number) => visitor.visit_f64(number),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Null => visitor.visit_unit(),
            Value::Text(text) => visitor.visit_string(text),
            Value::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Item)))
            }
            Value::Map(entries) => {
                let entries = entries.into_iter().map(|(key, value)| (Item(key), Item(value)));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            Value::Tag(2, inner) if inner.is_bytes() => {
                let bytes = inner.into_bytes().unwrap_or_default();
                match magnitude(&bytes)? {
                    number if u64::try_from(number).is_ok() => visitor.visit_u64(number as u64),
                    number => visitor.visit_u128(number),
                }
            }
            Value::Tag(3, inner) if inner.is_bytes() => {
                integer(negative(&inner.into_bytes().unwrap_or_default())?, visitor)
            }
            Value::Tag(_, inner) => Self(*inner).deserialize_any(visitor),
            _ => Err(Error::custom("a value of a kind that is not known")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Text(variant) => visitor.visit_enum(StringDeserializer::new(variant)),
            Value::Map(entries) if entries.len() == 1 => {
                let entries = entries.into_iter().map(|(key, value)| (Item(key), Item(value)));
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(entries)))
            }
            _ => Err(Error::custom("an enum is text, or a map with one entry")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
