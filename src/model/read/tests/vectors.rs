//! What the API server refuses is refused: its own validation, as vectors.

use super::*;

/// Services of the vectors that are not compared, by what is behind the last `/`, and why.
const EXCUSED: [(&str, &str); 2] = [
    (
        "089",
        "no namespace: a manifest without one goes to `default`",
    ),
    (
        "134",
        "`allocateLoadBalancerNodePorts` is empty, which defaulting fills",
    ),
];

/// Why a Service of the vectors is not compared, if it is not.
fn excuse(case: &serde_json::Value) -> Option<&'static str> {
    if case["defaulting_sensitive"] == true {
        return Some("invalid only because a field is empty that defaulting fills");
    }
    let number = case["id"].as_str()?.rsplit('/').next()?;
    let excused = EXCUSED.iter().find(|(excused, _)| *excused == number);
    excused.map(|(_, reason)| *reason)
}

/// Origin: `pkg/apis/core/validation` of Kubernetes v1.36.2, as vectors.
#[test]
fn services_are_refused_as_the_api_server_refuses_them_where_its_vectors_are_present() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/oracles/validation.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("NOT RUN: {path} is not here");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let services = vectors["cases"].as_array().unwrap().iter();
    let mut failed = Vec::new();
    let [mut count, mut compared] = [0; 2];
    for case in services.filter(|case| case["object"]["kind"] == "Service") {
        count += 1;
        if let Some(reason) = excuse(case) {
            println!("excused: {}: {reason}", case["id"]);
            continue;
        }
        compared += 1;
        let strict = case["strict_ip_cidr_validation"] == true;
        let (network, diagnostics) = read_text(&case["object"].to_string());
        let mut ours: Vec<String> = diagnostics
            .iter()
            .filter(|problem| {
                problem.severity == Severity::Error || (strict && problem.code == "leading-zeros")
            })
            .filter_map(|problem| Some(problem.to_string().split('`').nth(1)?.to_owned()))
            .collect();
        let errors = case["errors"].as_array().unwrap().iter();
        let theirs: Vec<&str> = errors.filter_map(|error| error["field"].as_str()).collect();
        ours.sort();
        ours.dedup();
        // Ours may name the entry of a mapping where theirs names the mapping; one name of theirs is misspelt.
        let same = |ours: &str, theirs: &str| {
            let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
            ours == theirs || ours.starts_with(&format!("{theirs}."))
        };
        let agree = ours
            .iter()
            .all(|our| theirs.iter().any(|their| same(our, their)))
            && theirs
                .iter()
                .all(|their| ours.iter().any(|our| same(our, their)));
        // Leading zeros, which only newer servers refuse, are a warning, and what they mean is used (R17).
        let only_zeros = diagnostics
            .iter()
            .all(|problem| problem.severity != Severity::Error);
        let kept = network.services.len() == 1;
        if !agree || kept != only_zeros || ours.is_empty() != (case["valid"] == true) {
            failed.push(format!(
                "{}: {theirs:?}, but {ours:?}; kept {kept}\n   {}",
                case["id"], case["object"]
            ));
        }
    }
    println!("validation.json: {compared} of {count} Services compared, field by field");
    assert!(failed.is_empty(), "{}\n{}", failed.len(), failed.join("\n"));
    assert!(compared > 90);
}

/// Origin: `pkg/apis/networking/validation` of Kubernetes v1.36.2, as vectors.
#[test]
fn policies_are_refused_as_the_api_server_refuses_them_where_its_vectors_are_present() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/oracles/validation.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("NOT RUN: {path} is not here");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut failed = Vec::new();
    let mut count = 0;
    for case in vectors["cases"].as_array().unwrap() {
        if case["object"]["kind"] != "NetworkPolicy" {
            continue;
        }
        count += 1;
        let (network, diagnostics) = read_text(&case["object"].to_string());
        let mut ours: Vec<String> = diagnostics
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .filter_map(|problem| Some(problem.message.split('`').nth(1)?.to_owned()))
            .collect();
        let errors = case["errors"].as_array().unwrap().iter();
        let mut theirs: Vec<String> = errors
            .filter_map(|error| Some(error["field"].as_str()?.to_owned()))
            .collect();
        for fields in [&mut ours, &mut theirs] {
            fields.sort();
            fields.dedup();
        }
        let kept = network.policies.len() == 1;
        if ours != theirs || kept != (case["valid"] == true) {
            failed.push(format!("{}: {theirs:?}, but {ours:?}", case["id"]));
        }
    }
    eprintln!("{count} NetworkPolicies of the vectors compared, field by field");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(count > 30);
}
