//! The parting. Both parts share memory, tables and globals; the second part imports what it needs of the first.
//!
//! Where the first part calls a function that moved, or a table holds one, there stands a gate: a small function that
//! has the second part loaded, if it is not there yet, and goes on through a table that the second part fills.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    BlockType, ConstExpr, ElementMode, ElementSegment, Elements, EntityType, ExportKind, Function,
    Instruction, RefType, TableType,
};

use crate::Outcome;
use crate::module::Module;
use crate::renumber::{Renumber, Sections};

/// Bodies up to this many bytes are not worth a gate.
const SMALL: usize = 12;

/// A program in two parts.
pub struct Parts {
    pub first: Vec<u8>,
    pub rest: Vec<u8>,
    /// What moved, for people.
    pub summary: String,
}

/// Parts a program; `later` says of a function's key whether it may move.
pub fn in_two(module: &Module, later: impl Fn(&str) -> bool) -> Outcome<Parts> {
    let plan = Plan::of(module, later)?;
    Ok(Parts {
        first: plan.first(module)?,
        rest: plan.rest(module)?,
        summary: format!(
            "of {} functions {} wait for the second part, {} behind a gate",
            module.bodies.len(),
            plan.moved.len(),
            plan.gates.len(),
        ),
    })
}

struct Plan {
    moved: BTreeSet<u32>,
    /// The place in the table of gates for each function that has one.
    gates: BTreeMap<u32, u32>,
    /// What the second part needs of the first.
    shared: BTreeSet<u32>,
}

impl Plan {
    fn of(module: &Module, later: impl Fn(&str) -> bool) -> Outcome<Self> {
        let roots: BTreeSet<u32> = module.roots().into_iter().collect();
        let unneeded = |function: &u32| !roots.contains(function) && later(module.key(*function));
        let unneeded: BTreeSet<u32> = module.with_bodies().filter(unneeded).collect();
        let mut reached: BTreeSet<u32> = module.in_tables()?.into_iter().collect();
        for function in module.with_bodies().filter(|it| !unneeded.contains(it)) {
            reached.extend(module.calls(function)?);
        }
        let mut moved = BTreeSet::new();
        let mut needed = BTreeSet::new();
        for function in &unneeded {
            let calls: BTreeSet<u32> = module.calls(*function)?.into_iter().collect();
            let small = module.body(*function).as_bytes().len() <= SMALL;
            let stays = small && reached.contains(function) && calls.is_disjoint(&unneeded);
            if !stays {
                moved.insert(*function);
                needed.extend(calls);
            }
        }
        Ok(Self {
            gates: reached.intersection(&moved).copied().zip(0..).collect(),
            shared: needed.difference(&moved).copied().collect(),
            moved,
        })
    }

    fn first(&self, module: &Module) -> Outcome<Vec<u8>> {
        let (load, ensure) = (module.first_body(), module.first_body() + 1);
        let mut numbers: Vec<Option<u32>> = (0..load).map(Some).collect();
        let mut next = ensure;
        for function in module.with_bodies() {
            let stays = !self.moved.contains(&function) || self.gates.contains_key(&function);
            numbers.push(stays.then(|| {
                next += 1;
                next
            }));
        }
        let mut renumber = Renumber(numbers);
        let mut sections = Sections::with_types(module, &mut renumber)?;
        sections.keep_all(module, &mut renumber)?;
        let signal = sections.types.len();
        sections.types.ty().function([], []);
        sections
            .imports
            .import("later", "load", EntityType::Function(signal));
        let gates = sections.tables.len();
        sections.tables.table(self.gate_table());
        sections.functions.function(signal);
        sections.code.function(&ensure_loaded(gates, load));
        for function in module.with_bodies() {
            let ty = module.functions[function as usize];
            if let Some(slot) = self.gates.get(&function) {
                let parameters = module.types[ty as usize].params().len();
                let place = (ty, gates, i32::try_from(*slot)?);
                sections.code.function(&gate(ensure, parameters, place)?);
            } else if self.moved.contains(&function) {
                continue;
            } else {
                let body = module.body(function).clone();
                renumber.parse_function_body(&mut sections.code, body)?;
            }
            sections.functions.function(ty);
        }
        for (kind, index, name) in common(module) {
            sections.exports.export(&name, kind, index);
        }
        for (function, name) in self.shared_names() {
            let number = renumber.function_index(function)?;
            sections.exports.export(&name, ExportKind::Func, number);
        }
        sections.finish()
    }

    fn rest(&self, module: &Module) -> Outcome<Vec<u8>> {
        let mut numbers = vec![None; module.functions.len()];
        let order = self.shared.iter().chain(&self.moved);
        for (number, function) in (0..).zip(order) {
            numbers[*function as usize] = Some(number);
        }
        let mut renumber = Renumber(numbers);
        let mut sections = Sections::with_types(module, &mut renumber)?;
        for (function, name) in self.shared_names() {
            let ty = EntityType::Function(module.functions[function as usize]);
            sections.imports.import("first", &name, ty);
        }
        for (kind, index, name) in common(module) {
            let index = index as usize;
            let ty: EntityType = match kind {
                ExportKind::Memory => renumber.memory_type(module.memories[index])?.into(),
                ExportKind::Global => renumber.global_type(module.globals[index].ty)?.into(),
                _ => match module.tables.get(index) {
                    Some(table) => renumber.table_type(table.ty)?.into(),
                    None => self.gate_table().into(),
                },
            };
            sections.imports.import("first", &name, ty);
        }
        let mut entries = Vec::new();
        for function in self.gates.keys() {
            entries.push(renumber.function_index(*function)?);
        }
        sections.elements.segment(ElementSegment {
            mode: ElementMode::Active {
                table: Some(u32::try_from(module.tables.len())?),
                offset: &ConstExpr::i32_const(0),
            },
            elements: Elements::Functions(entries.into()),
        });
        for function in &self.moved {
            sections
                .functions
                .function(module.functions[*function as usize]);
            let body = module.body(*function).clone();
            renumber.parse_function_body(&mut sections.code, body)?;
        }
        for (address, content) in &module.deferred {
            let address = ConstExpr::i32_const(i32::try_from(*address)?);
            sections.data.active(0, &address, content.iter().copied());
        }
        sections.finish()
    }

    /// The shared functions with the names under which they are shared.
    fn shared_names(&self) -> impl Iterator<Item = (u32, String)> {
        self.shared
            .iter()
            .zip(0_u32..)
            .map(|(function, turn)| (*function, format!("${}", base36(turn))))
    }

    fn gate_table(&self) -> TableType {
        let size = self.gates.len().max(1) as u64;
        TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: size,
            maximum: Some(size),
            shared: false,
        }
    }
}

/// Memories, globals and tables, the table of gates last, with the names under which they are shared.
fn common(module: &Module) -> Vec<(ExportKind, u32, String)> {
    let kinds = [
        (ExportKind::Memory, module.memories.len(), 'M'),
        (ExportKind::Global, module.globals.len(), 'G'),
        (ExportKind::Table, module.tables.len() + 1, 'T'),
    ];
    kinds
        .into_iter()
        .flat_map(|(kind, count, letter)| {
            (0..)
                .take(count)
                .map(move |index| (kind, index, format!("${letter}{index}")))
        })
        .collect()
}

/// Has the second part loaded unless it has filled its table.
fn ensure_loaded(gates: u32, load: u32) -> Function {
    let mut code = Function::new([]);
    code.instruction(&Instruction::I32Const(0))
        .instruction(&Instruction::TableGet(gates))
        .instruction(&Instruction::RefIsNull)
        .instruction(&Instruction::If(BlockType::Empty))
        .instruction(&Instruction::Call(load))
        .instruction(&Instruction::End)
        .instruction(&Instruction::End);
    code
}

/// Goes on with the same arguments in the second part.
fn gate(ensure: u32, parameters: usize, place: (u32, u32, i32)) -> Outcome<Function> {
    let (type_index, table_index, slot) = place;
    let mut code = Function::new([]);
    code.instruction(&Instruction::Call(ensure));
    for local in 0..u32::try_from(parameters)? {
        code.instruction(&Instruction::LocalGet(local));
    }
    code.instruction(&Instruction::I32Const(slot))
        .instruction(&Instruction::CallIndirect {
            type_index,
            table_index,
        })
        .instruction(&Instruction::End);
    Ok(code)
}

fn base36(mut number: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.extend(char::from_digit(number % 36, 36));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, DataSection, FunctionSection, GlobalSection, GlobalType, ImportSection,
        MemorySection, MemoryType, NameMap, NameSection, TableSection, TypeSection, ValType,
    };
    use wasmparser::{Parser, Payload};

    /// `main` (exported) calls `rare`, which calls `often` and the imported `tell`; `often` stands in a table, too.
    fn program() -> Vec<u8> {
        let mut module = wasm_encoder::Module::new();
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("page", "tell", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0).function(0).function(0);
        let mut tables = TableSection::new();
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: 2,
            maximum: Some(2),
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut globals = GlobalSection::new();
        let global = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        globals.global(global, &ConstExpr::i32_const(0));
        let mut exports = wasm_encoder::ExportSection::new();
        exports.export("main", ExportKind::Func, 1);
        let mut elements = wasm_encoder::ElementSection::new();
        elements.segment(ElementSegment {
            mode: ElementMode::Active {
                table: None,
                offset: &ConstExpr::i32_const(0),
            },
            elements: Elements::Functions([2, 3][..].into()),
        });
        let mut code = CodeSection::new();
        for called in [&[2][..], &[3, 0], &[]] {
            let mut body = Function::new([]);
            // Long enough to be worth a gate.
            for _ in 0..16 {
                body.instruction(&Instruction::Nop);
            }
            body.instruction(&Instruction::LocalGet(0));
            for function in called {
                body.instruction(&Instruction::Call(*function));
            }
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(8), *b"text");
        let mut map = NameMap::new();
        for (index, name) in [(1, "main"), (2, "rare"), (3, "often")] {
            map.append(index, name);
        }
        let mut names = NameSection::new();
        names.functions(&map);
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals)
            .section(&exports)
            .section(&elements)
            .section(&code)
            .section(&data)
            .section(&names);
        module.finish()
    }

    /// Imports, exports and the number of bodies, as text.
    fn outline(bytes: &[u8]) -> String {
        let mut lines = Vec::new();
        let mut bodies = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.unwrap() {
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import.unwrap();
                        lines.push(format!("import {}.{}", import.module, import.name));
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        lines.push(format!("export {}", export.unwrap().name));
                    }
                }
                Payload::CodeSectionEntry(_) => bodies += 1,
                _ => {}
            }
        }
        format!("{}, {bodies} bodies", lines.join(", "))
    }

    fn part(later: &[&str]) -> Parts {
        let bytes = program();
        let module = Module::read(&bytes).unwrap();
        let keys = crate::names::keys(later.iter().copied());
        in_two(&module, |key| keys.iter().any(|known| known == key)).unwrap()
    }

    #[test]
    fn a_function_that_waits_leaves_a_gate_and_imports_what_it_calls() {
        let parts = part(&["rare"]);
        // main, the gate of rare, often, and the one that has the rest loaded.
        assert_eq!(
            outline(&parts.first),
            "import page.0, import later.load, export main, export $M0, export $G0, export $T0, export $T1, \
             export $0, export $1, 4 bodies"
        );
        assert_eq!(
            outline(&parts.rest),
            "import first.$0, import first.$1, import first.$M0, import first.$G0, import first.$T0, \
             import first.$T1, 1 bodies"
        );
    }

    /// Address and content of every piece of data.
    fn data(bytes: &[u8]) -> Vec<(i32, &[u8])> {
        let mut list = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let Payload::DataSection(reader) = payload.unwrap() else {
                continue;
            };
            for piece in reader {
                let piece = piece.unwrap();
                let wasmparser::DataKind::Active { offset_expr, .. } = piece.kind else {
                    panic!("data without an address");
                };
                match offset_expr.get_operators_reader().read().unwrap() {
                    wasmparser::Operator::I32Const { value } => list.push((value, piece.data)),
                    other => panic!("{other:?}"),
                }
            }
        }
        list
    }

    #[test]
    fn the_program_starts_with_the_given_memory_but_for_its_stack_and_what_waits() {
        let bytes = program();
        let mut module = Module::read(&bytes).unwrap();
        let mut memory = vec![0; 70_000];
        memory[2..4].copy_from_slice(b"st");
        memory[8..12].copy_from_slice(b"text");
        memory[200..204].copy_from_slice(b"rare");
        memory[208] = b'r';
        memory[60_000] = 7;
        module.start_with(memory, &[200..204, 208..209]).unwrap();
        let parts = in_two(&module, |_| false).unwrap();
        assert_eq!(data(&parts.first), [(8, &b"text"[..]), (60_000, &[7])]);
        assert_eq!(data(&parts.rest), [(200, &b"rare"[..]), (208, b"r")]);
        let grown = Module::read(&bytes).unwrap().start_with(vec![0; 4], &[]);
        assert!(grown.is_err());
    }

    #[test]
    fn an_exported_function_stays() {
        let parts = part(&["main"]);
        assert!(parts.summary.contains("of 3 functions 0 wait"));
    }

    #[test]
    fn a_function_that_only_the_rest_calls_leaves_nothing_but_its_place_in_a_table() {
        let parts = part(&["rare", "often"]);
        assert!(
            parts
                .summary
                .contains("2 wait for the second part, 2 behind a gate"),
            "{}",
            parts.summary
        );
    }

    #[test]
    fn a_program_without_names_is_refused() {
        let bytes = program();
        let names = bytes.windows(4).position(|bytes| bytes == b"name").unwrap();
        let error = Module::read(&bytes[..names - 3]).err().unwrap();
        assert!(error.to_string().contains("have no names"), "{error}");
    }
}
