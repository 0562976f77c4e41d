//! Writing sections again with other numbers for functions.

use std::ops::Range;
use wasm_encoder::reencode::{Error, Reencode};

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, EntityType, ExportSection,
    FunctionSection, GlobalSection, ImportSection, MemorySection, StartSection, TableSection,
    TypeSection,
};

use crate::Outcome;
use crate::module::Module;

/// Bytes of a page of memory.
const PAGE: u64 = 65_536;

/// Fewer zeros than this cost less, compressed, than a segment of their own.
const GAP: usize = 1024;

/// The new number of each function; `None` for one that is not in this part.
pub struct Renumber(pub Vec<Option<u32>>);

/// A function that is not in this part was asked for.
#[derive(Debug)]
pub struct Missing(u32);

impl std::fmt::Display for Missing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "function {} is not in this part", self.0)
    }
}

impl std::error::Error for Missing {}

impl Reencode for Renumber {
    type Error = Missing;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        let number = self.0.get(function as usize).copied().flatten();
        number.ok_or(Error::UserError(Missing(function)))
    }
}

/// The sections of a program being written, in the order of the format.
#[derive(Default)]
pub struct Sections {
    pub types: TypeSection,
    pub imports: ImportSection,
    pub functions: FunctionSection,
    pub tables: TableSection,
    pub memories: MemorySection,
    pub globals: GlobalSection,
    pub exports: ExportSection,
    pub start: Option<StartSection>,
    pub elements: ElementSection,
    pub code: CodeSection,
    pub data: DataSection,
}

impl Sections {
    /// Sections with all types of a program.
    pub fn with_types(module: &Module, renumber: &mut Renumber) -> Outcome<Self> {
        let mut sections = Self::default();
        for ty in &module.types {
            let ty = renumber.func_type(ty.clone())?;
            sections.types.ty().func_type(&ty);
        }
        Ok(sections)
    }

    /// Adds all that is no function of its own: imports, each under its number (their names are long), tables, memories,
    /// globals, exports, start, elements, data.
    pub fn keep_all(&mut self, module: &Module, renumber: &mut Renumber) -> Outcome<()> {
        for (number, import) in module.imports.iter().enumerate() {
            let ty: EntityType = renumber.entity_type(import.ty)?;
            self.imports.import(import.module, &number.to_string(), ty);
        }
        for table in &module.tables {
            renumber.parse_table(&mut self.tables, table.clone())?;
        }
        for memory in &module.memories {
            let mut ty = renumber.memory_type(*memory)?;
            if let Some(content) = &module.memory {
                ty.minimum = (content.len() as u64).div_ceil(PAGE);
            }
            self.memories.memory(ty);
        }
        for global in &module.globals {
            renumber.parse_global(&mut self.globals, global.clone())?;
        }
        for export in &module.exports {
            renumber.parse_export(&mut self.exports, *export)?;
        }
        for element in &module.elements {
            renumber.parse_element(&mut self.elements, element.clone())?;
        }
        match &module.memory {
            Some(content) => self.keep_memory(content)?,
            None => {
                for data in &module.data {
                    renumber.parse_data(&mut self.data, data.clone())?;
                }
            }
        }
        if let Some(start) = module.start {
            let function_index = renumber.function_index(start)?;
            self.start = Some(StartSection { function_index });
        }
        Ok(())
    }

    /// Adds what a memory holds, without its longer stretches of zeros.
    fn keep_memory(&mut self, content: &[u8]) -> Outcome<()> {
        for stretch in stretches(content) {
            let address = i32::try_from(stretch.start)?;
            let bytes = content[stretch].iter().copied();
            self.data.active(0, &ConstExpr::i32_const(address), bytes);
        }
        Ok(())
    }

    /// The program's bytes, checked.
    pub fn finish(self) -> Outcome<Vec<u8>> {
        let mut program = wasm_encoder::Module::new();
        program
            .section(&self.types)
            .section(&self.imports)
            .section(&self.functions)
            .section(&self.tables)
            .section(&self.memories)
            .section(&self.globals)
            .section(&self.exports);
        if let Some(start) = &self.start {
            program.section(start);
        }
        program
            .section(&self.elements)
            .section(&self.code)
            .section(&self.data);
        let bytes = program.finish();
        wasmparser::Validator::new().validate_all(&bytes)?;
        Ok(bytes)
    }
}

/// Where a memory holds something, with no more than [`GAP`] zeros between.
fn stretches(content: &[u8]) -> Vec<Range<usize>> {
    let mut list: Vec<Range<usize>> = Vec::new();
    for (at, _) in content.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match list.last_mut() {
            Some(last) if at - last.end <= GAP => last.end = at + 1,
            _ => list.push(at..at + 1),
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_part_stretches_only_where_there_are_many() {
        let (near, far) = (10 + GAP, 12 + 2 * GAP);
        let mut content = vec![0; far + 1];
        for at in [3, 9, near, far] {
            content[at] = 1;
        }
        assert_eq!(stretches(&content), [3..near + 1, far..far + 1]);
        assert_eq!(stretches(&[0; 9]), []);
    }
}
