//! `kubehop lab`: a scenario as network namespaces, of which no shell reads a name.

use std::path::{Path, PathBuf};

use expect_test::expect;

use super::program::{FIXTURE, check, folder, new_folder, on_fixture, run, run_on};

/// Writes a lab and gives what was said, with `DIR` for the folder.
fn lab(files: &[&str], name: &str) -> (String, PathBuf) {
    let folder = folder(name);
    let shown = run(&[&["lab"], files, &["-o", folder.to_str().unwrap()]].concat());
    (shown.replace(folder.to_str().unwrap(), "DIR"), folder)
}

/// Every file of a folder, by its path.
fn files_below(folder: &Path) -> Vec<(String, String)> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_lab_says_what_it_holds_and_what_it_leaves_out() {
    let scenario = "src/scenarios/kubenet/flows.yaml";
    let (shown, folder) = lab(&[FIXTURE, &[scenario]].concat(), "lab");
    check(
        &shown,
        &expect![[r#"
        status 0
        wrote DIR: 2 nodes, 4 pods, 7 hosts
        flows: 9 to fire, 1 left out
        left out: pod-to-web-by-name, its destination is not one address, or a name that DNS must resolve
        not part of a lab: security groups, NetworkPolicy, Ingress, DNS, IPv6, Azure's own services (see its README.md)
        as root: DIR/up, then DIR/probe, at the end DIR/down
    "#]],
    );
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    check(
        &read("places"),
        &expect![[r#"
        n0	10.1.0.4	node/n0
        n1	10.1.0.5	node/n1
        p2	10.244.0.10	pod/default/p0
        p3	10.244.1.10	pod/default/p1
        p4	10.244.0.2	pod/kube-system/coredns-kknsh-nsqrg
        p5	10.244.1.2	pod/kube-system/coredns-kknsh-ltlbz
        i6	203.0.113.9	host/client
        i7	198.51.100.20	host/server
        h8	10.1.1.4	host/vm-a
        h9	10.2.0.4	host/vm-b
        h10	10.3.0.4	host/vm-c
        o11	192.168.10.5	host/op
        i12	203.0.113.1	internet
    "#]],
    );
    check(
        &read("ns/n0/ip"),
        &expect![[r#"
        link set lo up
        link set eth0 arp off up
        addr add 10.1.0.4/24 dev eth0 noprefixroute
        link add cbr0 type bridge
        link set cbr0 up
        addr add 10.244.0.1/24 dev cbr0 noprefixroute
        link set vethp2 master cbr0 up
        link set vethp2 type bridge_slave hairpin on
        link set vethp4 master cbr0 up
        link set vethp4 type bridge_slave hairpin on
        route add 10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.4
        route add 10.244.0.0/24 dev cbr0 proto kernel scope link src 10.244.0.1
        route add 168.63.129.16 via 10.1.0.1 dev eth0
        route add 169.254.169.254 via 10.1.0.1 dev eth0
        route add default via 10.1.0.1 dev eth0
    "#]],
    );
    check(
        &read("flows").lines().take(4).collect::<Vec<_>>().join("\n"),
        &expect![[r#"
            internet-to-web	i6	tcp	20.50.60.70:80	0.5000 answered by pod/default/p1 at 10.244.1.10:8080, which saw 10.1.0.4	0.5000 answered by pod/default/p1 at 10.244.1.10:8080, which saw 10.244.1.1
            pod-to-vm	p2	tcp	10.1.1.4:443	1.0000 answered by host/vm-a at 10.1.1.4:443, which saw 10.1.0.4
            vm-to-pod	h8	tcp	10.244.0.10:8080	1.0000 silence
            pod-to-peered-vm	p2	tcp	10.2.0.4:443	1.0000 answered by host/vm-b at 10.2.0.4:443, which saw 10.1.0.4"#]],
    );
    let rules = on_fixture(&["effective", "iptables"], &["--node", "n0"]);
    assert_eq!(format!("status 0\n{}", read("ns/n0/rules")), rules);
    // The same folder may be written again, another that holds something may not.
    let again = lab(FIXTURE, "lab").0;
    assert!(again.starts_with("status 0\n"), "{again}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_lab_is_not_written_into_a_folder_that_holds_something_else() {
    let folder = new_folder("lab-taken");
    std::fs::write(folder.join("mine.txt"), "mine").unwrap();
    let shown = run(&[&["lab"], FIXTURE, &["-o", folder.to_str().unwrap()]].concat());
    check(
        &shown.replace(folder.to_str().unwrap(), "DIR"),
        &expect![[r#"
            status 2
            on standard error:
            error: cannot write `DIR`: the folder is not empty, and no lab
        "#]],
    );
    assert_eq!(
        files_below(&folder),
        [("mine.txt".to_owned(), "mine".to_owned())]
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn no_name_of_a_scenario_reaches_a_shell() {
    let hostile = "a';$(touch /tmp/x)`y` -j\\n\\t|&";
    let scenario = format!(
        "apiVersion: kubehop.dev/v1\nkind: Host\nmetadata: {{name: \"{hostile}\"}}\nspec: {{network: internet, ip: 203.0.113.77}}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: \"{hostile}\", namespace: \"{hostile}\"}}\nspec: {{nodeName: \"{hostile}\"}}\n---\n\
         apiVersion: v1\nkind: Node\nmetadata: {{name: \"{hostile}\"}}\nstatus: {{addresses: [{{type: InternalIP, address: 10.224.0.4}}]}}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {{name: \"{hostile}\"}}\nspec: {{ports: [{{port: 80, name: \"{hostile}\"}}]}}\n---\n\
         apiVersion: kubehop.dev/v1\nkind: Flow\nmetadata: {{name: \"{hostile}\"}}\nspec: {{from: internet, to: 203.0.113.77, port: 80}}\n"
    );
    let (plain, hostile_folder) = (folder("lab-plain"), folder("lab-hostile"));
    run(&[&["lab"], FIXTURE, &["-o", plain.to_str().unwrap()]].concat());
    run_on(
        &scenario,
        &["lab", "-", "-o", hostile_folder.to_str().unwrap()],
    );
    let scripts = ["up", "down", "probe", "common", "inside"];
    let plain_files = files_below(&plain);
    let files = files_below(&hostile_folder);
    assert!(
        files
            .iter()
            .any(|(name, text)| name == "flows" && text.contains("touch")),
        "the test tests nothing"
    );
    for (name, text) in &files {
        if scripts.contains(&name.as_str()) {
            assert!(
                plain_files.contains(&(name.clone(), text.clone())),
                "{name} depends on the scenario"
            );
        }
        // What scripts read line by line, and what `ip` is told.
        let read_by_a_shell = matches!(name.as_str(), "links" | "namespaces" | "name")
            || name.ends_with("/ip")
            || name.ends_with("/settings");
        let odd = |it: &char| !it.is_ascii_alphanumeric() && !" \n@.:/-_".contains(*it);
        if read_by_a_shell {
            assert_eq!(text.chars().find(odd), None, "{name}:\n{text}");
        }
    }
    for folder in [plain, hostile_folder] {
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
