export function create() { throw new Error("no editor yet"); }
