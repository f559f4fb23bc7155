"""Who may do what: what is said to those who may not, and to those who write the rules."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "access.forbidden": "{who} may not do this: it takes the role {needed}, and theirs is {role}. Ask an admin for it "
    "(command line: grant PERSON {needed}).",
    "access.nobody": "Nobody is logged in, or the login has ended. Log in, then try again.",
    "access.hidden": "It failed. Whoever queued it sees why.",
    "access.unreadable": "The rules of access in {file} cannot be read ({why}). Mend the file; until then nobody gets "
    "in.",
    "access.unknown_key": "The rules of access in {file} hold {key!r} {where}, which means nothing there. Expected "
    "{known}.",
    "access.wrong_kind": "The rules of access in {file} hold {found!r} for {key}, expected {expected}.",
    "access.wrong_role": "The rules of access in {file} give {person!r} the role {role!r}. Expected {known}.",
    "access.wrong_group": "{group!r} is no group of the rules of access in {file}. Known: {known}.",
    "access.twice": "The rules of access in {file} have two grants for {person!r} {where}. Leave one.",
    "access.same_folder": "The rules of access in {file} give the groups {one} and {other} folders of which one holds "
    "the other. Each needs a folder of its own.",
    "access.wrong_person": "{person!r} cannot be the name of a person. Write what the provider says of them: an e-mail "
    "address, or a number.",
    "access.not_here": "An admin of a group gives roles in that group alone: --group {group}.",
    "access.no_grant": "{person!r} was given no role {where}, so there is none to take back. See: grants.",
    "access.last_admin": "{person} is the last admin {where}: nobody could give roles any more. Make somebody else an "
    "admin first.",
    "access.in_all": "here",
    "access.in_group": "in the group {group}",
    "access.no_provider": "--share and --address open the dashboard to the network, and nobody would have to log in. "
    'Write a provider of logins into {file} first:\n[auth]\nredirect_uri = "https://YOUR-HOST/oauth2callback"\n'
    'cookie_secret = "{secret}"\nclient_id = ".."\nclient_secret = ".."\n'
    'server_metadata_url = "https://YOUR-PROVIDER/.well-known/openid-configuration"',
    "access.half_provider": "The [auth] part of {file} lacks {missing}. Without it nobody can log in.",
    "access.wrong_address": "redirect_uri in {file} must begin with https:// (http:// only on this machine) and end "
    "with /oauth2callback, found {found!r}.",
    "access.weak_secret": "cookie_secret in {file} must have at least 32 characters, found {found}. Whoever guesses it "
    "is whoever they like: take {secret}",
    "access.no_authlib": "Logins need the package Authlib, which is not installed: pip install {package}",
    "access.nobody_yet": "No rule gives anybody a role yet, so nobody gets in: python -m core grant PERSON admin",
}
