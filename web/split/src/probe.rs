//! A program that tells which of its functions run: each calls `later.probe` with its number before all else.

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{EntityType, Instruction, ValType};

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
        let body = module.body(function);
        let mut code = renumber.new_function_with_parsed_locals(body)?;
        code.instruction(&Instruction::I32Const(number));
        code.instruction(&Instruction::Call(probe));
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            code.instruction(&renumber.parse_instruction(&mut reader)?);
        }
        sections
            .functions
            .function(module.functions[function as usize]);
        sections.code.function(&code);
    }
    sections.finish()
}
