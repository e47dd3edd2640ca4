"""The steps as an Ansible playbook."""

import json

from bench.machine_steps import steps


def playbook() -> str:
    """Return the playbook; JSON is YAML."""
    link, target = steps.LINK
    file, line = steps.LINE
    unit, text = steps.UNIT
    tasks: list[dict[str, object]] = [{"apt": {"name": list(steps.PACKAGES), "state": "present"}}]
    tasks += [{"user": {"name": user}} for user in steps.USERS]
    tasks += [{"file": {"path": folder, "state": "directory", "mode": "0755"}} for folder in steps.FOLDERS]
    tasks += [{"copy": {"dest": path, "content": content, "mode": "0644"}} for path, content in steps.FILES.items()]
    tasks += [
        {"file": {"path": link, "src": target, "state": "link"}},
        {"lineinfile": {"path": file, "line": line}},
        {"copy": {"dest": unit, "content": text, "mode": "0644"}, "register": "unit"},
        {
            "systemd": {
                "name": steps.SERVICE,
                "state": "started",
                "enabled": True,
                "daemon_reload": "{{ unit.changed }}",
            }
        },
        {"systemd": {"name": "ssh.service", "state": "started"}},
    ]
    return json.dumps([{"hosts": "all", "become": True, "gather_facts": False, "tasks": tasks}], indent=1)
