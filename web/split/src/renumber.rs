//! Writing sections again with other numbers for functions.

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, DataSection, ElementSection, EntityType, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, StartSection, TableSection, TypeSection,
};

use crate::Outcome;
use crate::module::Module;

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

    /// Adds all that is no function: tables, memories, globals, exports, start, elements, data.
    pub fn keep_all(&mut self, module: &Module, renumber: &mut Renumber) -> Outcome<()> {
        for import in &module.imports {
            let ty: EntityType = renumber.entity_type(import.ty)?;
            self.imports.import(import.module, import.name, ty);
        }
        for table in &module.tables {
            renumber.parse_table(&mut self.tables, table.clone())?;
        }
        for memory in &module.memories {
            self.memories.memory(renumber.memory_type(*memory)?);
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
        for data in &module.data {
            renumber.parse_data(&mut self.data, data.clone())?;
        }
        if let Some(start) = module.start {
            let function_index = renumber.function_index(start)?;
            self.start = Some(StartSection { function_index });
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
