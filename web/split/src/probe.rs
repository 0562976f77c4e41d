//! Programs that do something before their functions: `probe` tells which of them run (each calls `later.probe` with
//! its number), `wipe` leaves zeros where memory was given back.

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{BlockType, EntityType, Function, Instruction, ValType};
use wasmparser::FunctionBody;

use crate::Outcome;
use crate::module::Module;
use crate::renumber::{Renumber, Sections};

/// The program with probes; a function's number is its place among the bodies.
pub fn with_probes(module: &Module) -> Outcome<Vec<u8>> {
    let probe = module.first_body();
    let moved = |function: u32| function + u32::from(function >= probe);
    let all = 0..module.with_bodies().end;
    let mut renumber = Renumber(all.map(|function| Some(moved(function))).collect());
    let mut sections = Sections::with_types(module, &mut renumber)?;
    sections.keep_all(module, &mut renumber)?;
    let ty = sections.types.len();
    sections.types.ty().function([ValType::I32], []);
    sections
        .imports
        .import("later", "probe", EntityType::Function(ty));
    for (number, function) in (0..).zip(module.with_bodies()) {
        let before = [Instruction::I32Const(number), Instruction::Call(probe)];
        sections.code.function(&with_prologue(
            module.body(function),
            &mut renumber,
            &before,
        )?);
        sections
            .functions
            .function(module.functions[function as usize]);
    }
    sections.finish()
}

/// The program with zeros where memory was given back, so that nothing old remains in it.
pub fn with_wiping(module: &Module) -> Outcome<Vec<u8>> {
    let frees = module
        .frees
        .ok_or("no function of the name `__rust_dealloc`")?;
    let mut renumber = Renumber((0..module.with_bodies().end).map(Some).collect());
    let mut sections = Sections::with_types(module, &mut renumber)?;
    sections.keep_all(module, &mut renumber)?;
    let (address, zero, size) = (
        Instruction::LocalGet(0),
        Instruction::I32Const(0),
        Instruction::LocalGet(1),
    );
    let wipe = [address, zero, size, Instruction::MemoryFill(0)];
    let allocates = module.allocates.ok_or("no `__rust_alloc`")?;
    let reallocates = module.reallocates.ok_or("no `__rdl_realloc`")?;
    for function in module.with_bodies() {
        if function == reallocates {
            let ty = module.functions[function as usize];
            sections.code.function(&moving(allocates, frees));
            sections.functions.function(ty);
            continue;
        }
        let before = if function == frees { &wipe[..] } else { &[] };
        sections.code.function(&with_prologue(
            module.body(function),
            &mut renumber,
            before,
        )?);
        sections
            .functions
            .function(module.functions[function as usize]);
    }
    sections.finish()
}

/// `realloc(address, size, alignment, new size)` that always moves, so that what it leaves is wiped as well.
fn moving(allocates: u32, frees: u32) -> Function {
    let [address, size, alignment, wanted, new] = [0, 1, 2, 3, 4].map(Instruction::LocalGet);
    let mut code = Function::new([(1, ValType::I32)]);
    for instruction in [
        wanted.clone(),
        alignment,
        Instruction::Call(allocates),
        Instruction::LocalTee(4),
        Instruction::If(BlockType::Empty),
        new.clone(),
        address.clone(),
        size.clone(),
        wanted.clone(),
        size.clone(),
        wanted,
        Instruction::I32LtU,
        Instruction::Select,
        Instruction::MemoryCopy {
            src_mem: 0,
            dst_mem: 0,
        },
        address,
        size,
        Instruction::Call(frees),
        Instruction::End,
        new,
        Instruction::End,
    ] {
        code.instruction(&instruction);
    }
    code
}

fn with_prologue(
    body: &FunctionBody,
    renumber: &mut Renumber,
    before: &[Instruction],
) -> Outcome<Function> {
    let mut code = renumber.new_function_with_parsed_locals(body)?;
    for instruction in before {
        code.instruction(instruction);
    }
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        code.instruction(&renumber.parse_instruction(&mut reader)?);
    }
    Ok(code)
}
