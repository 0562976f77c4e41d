//! A WebAssembly program as far as parting it needs to know.

use std::ops::Range;

use wasmparser::{
    Data, DataKind, Element, ElementItems, Export, ExternalKind, FuncType, FunctionBody, Global,
    Import, KnownCustom, MemoryType, Name, Operator, Parser, Payload, Table, TypeRef,
};

use crate::{Outcome, names};

/// The sections of a program, in the numbering of the program as read.
pub struct Module<'a> {
    pub types: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// The type of each function, imported ones first.
    pub functions: Vec<u32>,
    pub tables: Vec<Table<'a>>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub bodies: Vec<FunctionBody<'a>>,
    pub data: Vec<Data<'a>>,
    /// The memory to start with instead of `data`, from address 0.
    pub memory: Option<Vec<u8>>,
    /// What of it comes with the second part, by address; the first part has zeros there.
    pub deferred: Vec<(usize, Vec<u8>)>,
    /// The function that gives memory back: address, size, alignment.
    pub frees: Option<u32>,
    /// The functions that hand memory out, and hand it out anew in another size.
    pub allocates: Option<u32>,
    pub reallocates: Option<u32>,
    /// The key of each body.
    pub keys: Vec<String>,
}

impl<'a> Module<'a> {
    /// Reads a program; what wasm-bindgen and wasm-opt do not write is refused.
    pub fn read(bytes: &'a [u8]) -> Outcome<Self> {
        let mut module = Self {
            types: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            elements: Vec::new(),
            bodies: Vec::new(),
            data: Vec::new(),
            memory: None,
            deferred: Vec::new(),
            frees: None,
            allocates: None,
            reallocates: None,
            keys: Vec::new(),
        };
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(reader) => {
                    for ty in reader.into_iter_err_on_gc_types() {
                        module.types.push(ty?);
                    }
                }
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import?;
                        match import.ty {
                            TypeRef::Func(ty) => module.functions.push(ty),
                            _ => return Err("an import that is no function".into()),
                        }
                        module.imports.push(import);
                    }
                }
                Payload::FunctionSection(reader) => {
                    module.functions.extend(all(reader)?);
                }
                Payload::TableSection(reader) => module.tables = all(reader)?,
                Payload::MemorySection(reader) => module.memories = all(reader)?,
                Payload::GlobalSection(reader) => module.globals = all(reader)?,
                Payload::ExportSection(reader) => module.exports = all(reader)?,
                Payload::StartSection { func, .. } => module.start = Some(func),
                Payload::ElementSection(reader) => module.elements = all(reader)?,
                Payload::CodeSectionEntry(body) => module.bodies.push(body),
                Payload::DataSection(reader) => module.data = all(reader)?,
                Payload::CustomSection(custom) => {
                    if let KnownCustom::Name(reader) = custom.as_known() {
                        for part in reader {
                            if let Name::Function(map) = part? {
                                names = map.into_iter().collect::<Result<Vec<_>, _>>()?;
                            }
                        }
                    }
                }
                Payload::Version { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::DataCountSection { .. }
                | Payload::End(_) => {}
                other => return Err(format!("an unexpected section: {other:?}").into()),
            }
        }
        if names.is_empty() && !module.bodies.is_empty() {
            return Err("the functions have no names; build with `wasm-opt -g`".into());
        }
        let first = module.imports.len();
        let mut by_body = vec![""; module.bodies.len()];
        for naming in &names {
            let index = (naming.index as usize).checked_sub(first);
            if let Some(name) = index.and_then(|index| by_body.get_mut(index)) {
                *name = naming.name;
            }
        }
        let named = |end: &str| {
            let found = names.iter().find(|naming| naming.name.ends_with(end));
            found.map(|naming| naming.index)
        };
        module.frees = named("__rust_dealloc");
        module.allocates = named("__rust_alloc");
        module.reallocates = named("__rdl_realloc");
        module.keys = names::keys(by_body.into_iter());
        Ok(module)
    }

    /// Has the program start with this memory. What lies below its data is the stack, which is empty then.
    pub fn start_with(&mut self, mut memory: Vec<u8>, deferred: &[Range<usize>]) -> Outcome<()> {
        let first = self.data.first().map(|data| data.kind.clone());
        let Some(DataKind::Active { offset_expr, .. }) = first else {
            return Err("no data with an address".into());
        };
        let mut offset = offset_expr.get_operators_reader();
        let Operator::I32Const { value } = offset.read()? else {
            return Err("data whose address is not a number".into());
        };
        let stack = memory.get_mut(..usize::try_from(value)?);
        stack.ok_or("a memory smaller than the data")?.fill(0);
        for range in deferred {
            let content = memory.get_mut(range.clone());
            let content = content.ok_or("a range outside of the memory")?;
            self.deferred.push((range.start, content.to_vec()));
            content.fill(0);
        }
        self.memory = Some(memory);
        Ok(())
    }

    /// Number of the first function with a body.
    pub fn first_body(&self) -> u32 {
        u32::try_from(self.imports.len()).unwrap_or(u32::MAX)
    }

    /// The numbers of all functions with a body.
    pub fn with_bodies(&self) -> Range<u32> {
        self.first_body()..u32::try_from(self.functions.len()).unwrap_or(u32::MAX)
    }

    fn index(&self, function: u32) -> usize {
        (function - self.first_body()) as usize
    }

    pub fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[self.index(function)]
    }

    pub fn key(&self, function: u32) -> &str {
        &self.keys[self.index(function)]
    }

    /// The functions that a body calls. What would need more than moving, and nobody writes today, is refused.
    pub fn calls(&self, function: u32) -> Outcome<Vec<u32>> {
        let mut calls = Vec::new();
        for operator in self.body(function).get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    calls.push(function_index);
                }
                operator @ (Operator::RefFunc { .. }
                | Operator::MemoryInit { .. }
                | Operator::DataDrop { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. }) => {
                    return Err(format!("{operator:?} is not handled").into());
                }
                _ => {}
            }
        }
        Ok(calls)
    }

    /// The functions that exports and the start need.
    pub fn roots(&self) -> Vec<u32> {
        let mut roots: Vec<u32> = self.start.into_iter().collect();
        let exported = |export: &&Export| export.kind == ExternalKind::Func;
        roots.extend(
            self.exports
                .iter()
                .filter(exported)
                .map(|export| export.index),
        );
        roots
    }

    /// The functions that tables hold.
    pub fn in_tables(&self) -> Outcome<Vec<u32>> {
        let mut list = Vec::new();
        for element in &self.elements {
            match element.items.clone() {
                ElementItems::Functions(reader) => list.extend(all(reader)?),
                ElementItems::Expressions(..) => {
                    return Err("tables that are filled by expressions are not handled".into());
                }
            }
        }
        Ok(list)
    }
}

fn all<'a, T: wasmparser::FromReader<'a>>(
    reader: wasmparser::SectionLimited<'a, T>,
) -> wasmparser::Result<Vec<T>> {
    reader.into_iter().collect()
}
