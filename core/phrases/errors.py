"""Why something cannot be done: what was found, what was expected, what to do."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "errors.above": "{setting} must be greater than {least}, found {found}.",
    "errors.accept": "The share of false alarms that is accepted must lie between {least} and {most}, found {found}.",
    "errors.ageless": "This log has no clock, so models have no age in it. Import it with times to see how they age.",
    "errors.all_old": "Every event is older than {days} days, so nothing would be left. Delete the data set.",
    "errors.alpha": "drift.alpha must lie between 0 and 1, found {found}.",
    "errors.bad_name": "{name!r} cannot be the name of a data set. Use letters, digits, - and _, at most 64, as in "
    "my-log.",
    "errors.below_one": "{setting} must be at least 0 and below 1, found {found}.",
    "errors.binary_file": "{file} looks like a binary file, not a log. {expected}",
    "errors.blank_file": "{file} is empty: it has only blank lines. Expected a header and rows.",
    "errors.access_log": "This is the access log of a web server (common or combined log format). Expected one event a "
    "line: user_id, item_id, timestamp. Write out who asked (or the address), the page without what follows ?, and the "
    "time, and leave out images, styles and robots, then import that.",
    "errors.blocks": "A line as {line!r} opens a block of rows that belong to one item (a movie of the Netflix Prize). "
    "Expected one event a row: write its number as item_id into each row of its block, then import that.",
    "errors.bomb": "{file} unpacks to more than {times} times its {bytes:,} bytes, which no log does. Unpack it "
    "first if you trust it.",
    "errors.huge": "{file} holds more than {megabytes:,} MB, unpacked. Divide it, or raise the setting "
    "intake.unpacked_most_mb of the server.",
    "errors.long_marker": "A note or category of a marker has {characters:,} characters. Shorten it to {most:,}.",
    "errors.many_markers": "There would be {found:,} markers. A data set has {most:,} at most: delete some first.",
    "errors.many_members": "{file} is an archive of more than {most:,} files, expected one. Unpack it first.",
    "errors.many_columns": "{file} has {found:,} columns, expected {most:,} at most. Leave out those that are not "
    "needed, or raise the setting intake.columns of the server.",
    "errors.many_rows": "{file} says that its {bytes:,} bytes hold {rows:,} rows, which no log does. Write it out "
    "as CSV if you trust it.",
    "errors.marker_clock": "Data set {data_set!r} has an order but no clock, so nothing can be marked at a date.",
    "errors.marker_ends": "The marker ends before it begins. Let `to` be the same day or a later one, or leave it out.",
    "errors.marker_kind": "No kind of marker {found!r}. Choose from {known}.",
    "errors.marker_line": "{file}, line {line}: {why}",
    "errors.marker_start": "A marker needs the moment that it begins at: `from`, as in 2024-05-01.",
    "errors.marker_users": "A marker names {found:,} users. It may name {most:,}: leave them out to concern everybody.",
    "errors.marker_whom": "A marker concerns users of a category, or users by their ids, not both.",
    "errors.marker_without": "There is no data set {data_set!r} any more, so the marker was not kept.",
    "errors.markers_file": "{file} is no file of markers. Give a CSV in UTF-8, of 20 MB at most, with "
    "columns {columns}; `from` must be there.",
    "errors.no_marker": "Data set {data_set!r} has no marker {marker}. It may have been deleted meanwhile.",
    "errors.reader_died": "{file} cannot be read within {megabytes:,} MB of memory, or is damaged. Save it as CSV "
    "UTF-8, or raise the setting intake.reader_mb of the server.",
    "errors.no_memory": "Reading this takes more than the {megabytes:,} MB of memory that it may take: its cells are "
    "too long, or too many. Divide the file, or leave columns out.",
    "errors.no_room": "The disk of {folder} has {free:,} MB left, expected {least:,} at least. Free some space.",
    "errors.no_worker": "{waiting:,} jobs wait or run, and nobody works on them. Open a page, or look into {log}.",
    "errors.no_answer": "The server on port {port} gives no answer ({why}). Start it: core serve.",
    "errors.no_variable": "The variable {variable}={text!r} names no setting. Expected one of {known} in its place, or "
    "take it away.",
    "errors.column_twice": "Column {column!r} was named for more than one of {known}. Each needs its own.",
    "errors.damaged_pack": "{file} is a damaged packed file ({why}). Pack it again.",
    "errors.damaged_parquet": "{file} is a damaged Parquet file ({why}).",
    "errors.damaged_zip": "{file} is a damaged or locked zip file ({why}). Unpack it first.",
    "errors.which_unit": "The numbers of column {column!r}, from {low} to {high}, are no times for sure. Say what they "
    "count with the setting data.time_unit: order (an order without a clock), seconds, minutes, hours, days or years, "
    "or choose another column for the time (command line: --set data.time_unit=.. or --columns timestamp=..).",
    "errors.which_order": "The dates of column {column!r}, as {some!r}, may begin with the day or with the year. Say "
    "which with the setting data.date_order: day, month or year (command line: --set data.date_order=..).",
    "errors.no_clock_added": "The data set has times, but column {column!r} holds an order without a clock. Choose the "
    "column with the times (command line: --columns timestamp=..), or import the log under another name.",
    "errors.other_clock": "The data set has an order without a clock, but column {column!r} holds times. Import both "
    "logs anew, together, or choose a column with positions.",
    "errors.date_order": "data.date_order must be auto, day, month or year, found {found!r}.",
    "errors.died": "Its process died {times} times, perhaps for lack of memory. Its log may say more; then retry.",
    "errors.disk_full": "The disk that holds {folder} is full; nothing half-written was kept. Free some space and "
    "try again.",
    "errors.torn_array": "{file} is an array of JSON that breaks off or is damaged after {count:,} objects. Expected "
    "one that is closed, or an object a line.",
    "errors.empty_file": "{file} is empty (0 bytes). {expected}",
    "errors.empty_note": "The note is empty. Write something first, or delete it.",
    "errors.empty_packed": "{file} holds an empty file. {expected}",
    "errors.expected": "Expected text (CSV, TSV, JSON lines; also as .gz, .zst or .zip), Parquet, Arrow, ORC or .xlsx.",
    "errors.few_events": "No user has {least} events: the longest history of {users:,} users in {file} has "
    "{longest:,}. Lower the minimum to {longest} (command line: --min-events {longest}).",
    "errors.one_each": "Each of {users:,} users in {file} has one event: {column!r} may name the row, not the user. "
    "Say which column is the user (command line: --columns user_id=..).",
    "errors.few_return": "Fewer than {least} users come back in most spans of this log: how models age cannot be seen.",
    "errors.few_to_plant": "Changes are planted in histories of 20 events and six sessions or more, of {needed} people "
    "at least; {found} are so long. Try a larger log.",
    "errors.vectors_shape": "Vectors of items come as an array, a row for each of the {items} items; found {found}. "
    "Give a row to each item, in the order of the log's items.",
    "errors.vectors_numbers": "Vectors of items hold {count} cells that are not a number. Put 0 into every cell of an "
    "item that has no vector.",
    "errors.few_to_group": "The log has no categories, and {items} items of {users} users are too few to group. "
    "Import an items file with item_id and category.",
    "errors.few_to_see": "{items:,} items of {users:,} users are too few, or too alike to the model, to group. The "
    "model's view of drift needs a larger log.",
    "errors.has_ids": "Data set {data_set!r} holds the user ids themselves: a version with the other would lie "
    "beside it. Choose another name, or delete it first.",
    "errors.has_pseudonyms": "Data set {data_set!r} holds pseudonyms: a version with the other would lie beside it. "
    "Choose another name, or delete it first.",
    "errors.heads": "model.embedding_size ({size}) must be a multiple of model.heads ({heads}).",
    "errors.holdout": "Run {run} was trained with --holdout {holdout}: it has seen the events it would be tested "
    "on. Train with --holdout {least} to evaluate.",
    "errors.impressions": "{column} holds lists of items that were shown, each with whether it was chosen "
    "(impressions, as N123-0 N124-1). Expected one event a row: user_id, item_id, timestamp. Write a row for each item "
    "that was chosen, then import that.",
    "errors.in_training": "Run {run} is being trained by another process. Wait for it, or cancel it there.",
    "errors.is_device": "{path} is a device or a pipe. Name a file. {expected}",
    "errors.is_folder": "{path} is a folder. Name one file. {expected}",
    "errors.query_failed": "The query cannot be answered ({why}). Expected one SELECT over tables of that database.",
    "errors.no_driver": "No driver of {kind} is here. Install ibis-framework[{kind}], or save the log as CSV.",
    "errors.no_database": "The {kind} database cannot be opened ({why}). Check its address.",
    "errors.not_a_database": "{file} is no database of DuckDB or SQLite. Import it without --query.",
    "errors.is_avro": "{file} is an Avro file, which is not read here. Save it as Parquet or CSV.",
    "errors.is_database": "{file} is a database, not a log. Take the log out of it by a query: name it as "
    "duckdb:///FILE or sqlite:///FILE with --query, or save the table as CSV or Parquet.",
    "errors.is_feather": "{file} is a Feather file of the first version, which is not read here. Write it as a newer "
    "Feather file, Parquet or CSV.",
    "errors.is_hdf": "{file} is an HDF5 file, which is not read here. Save its table as Parquet or CSV.",
    "errors.is_numpy": "{file} is an array of NumPy, without names of columns. Save it as Parquet or CSV.",
    "errors.is_link": "{file} in the inbox is a link to another file, which is not followed. Copy the file "
    "itself there.",
    "errors.is_old_workbook": "{file} is an old Excel workbook (.xls) or a locked one. Save it as .xlsx without a "
    "password, or its sheet as CSV UTF-8.",
    "errors.is_other_pack": "{file} is packed as 7z or RAR, which is not unpacked here. Unpack it first.",
    "errors.is_pdf": "{file} is a PDF, not a log. Save its table as CSV.",
    "errors.is_pickle": "{file} is a pickle, which may run code when it is opened, so it is never read. Save it as "
    "Parquet or CSV.",
    "errors.is_r_data": "{file} is saved data of R, which is not read here. Write it with write.csv or as Parquet.",
    "errors.is_statistics": "{file} is a file of SPSS or Stata, which is not read here. Save it as CSV.",
    "errors.is_table": "{file} is a file of {kind}, expected text.",
    "errors.damaged_table": "{file} is a damaged file of {kind} ({why}).",
    "errors.damaged_workbook": "{file} is a damaged or locked Excel workbook ({why}). Save it again, or its sheet as "
    "CSV UTF-8.",
    "errors.large_workbook": "{file} is an Excel workbook that unpacks to more than {megabytes:,} MB. Save its "
    "sheet as CSV UTF-8.",
    "errors.no_sheet": "{file} is an Excel workbook without a sheet of rows and columns. Expected a header and rows.",
    "errors.open_document": "{file} is an OpenDocument file, which is not read here. Save it as .xlsx or CSV UTF-8.",
    "errors.least": "{setting} must be at least {least}, found {found}.",
    "errors.most": "{setting} must be at most {most}, found {found}.",
    "errors.least_k": "k must be at least 1, found {found}.",
    "errors.long_note": "The note has {characters:,} characters. Shorten it to {most:,}.",
    "errors.many_files": "{file} holds {count} files ({found}), expected one. Unpack it first.",
    "errors.method_of_model": "{method} explains trained models only. For {model} choose leave-one-out or shapley.",
    "errors.missing_columns": "Missing column(s) {missing}. Found: {found}. Events need {needed}.",
    "errors.missing_in": "Missing column(s) {missing}. Found in {file}: {found}. Say which is which: --columns {wish}.",
    "errors.not_exchangeable": "The sessions of this log are pieces of visits: {percent} % follow another one without "
    "a pause and stay with its categories, so that steady users would be called drifted. Import it again with "
    "data.sessions=pauses, or with a longer data.session_gap_minutes.",
    "errors.no_sessions": "No column holds sessions, but data.sessions is column. Name it (command line: --columns "
    "session_id=..), or leave data.sessions at auto.",
    "errors.newer_workspace": "The workspace {folder} was written by a newer Meander ({product}, form {form}); this is "
    "Meander {mine}, which knows forms up to {known}. Use that Meander, or name another folder (command line: "
    "--workspace).",
    "errors.broken_workspace": "The database of the workspace {folder} is damaged ({why}). Restore a backup of it.",
    "errors.unknown_file": "{file} is a file that nothing of Meander writes, so it is not known what it holds of whom. "
    "Move it out of the workspace.",
    "errors.nothing_of": "Nothing is held of user {user!r} in data set {data_set!r} of {folder}. Look at how the id is "
    "written there.",
    "errors.import_under_way": "A log is on its way into {data_set!r}, which may name the person. Wait for its import, "
    "or cancel it.",
    "errors.nobody_fits": "No user of {data_set!r} fits all that was asked for. Leave out one of the filters, or write "
    "categories and values as the log has them.",
    "errors.nobody_left": "Nobody else has events in {data_set!r}. Delete the data set.",
    "errors.no_backup_place": "No file can be written at {file}. Name a file in a folder that is there.",
    "errors.backup_under_way": "Another backup is being written to {file}. Wait for it, or name another file.",
    "errors.restore_under_way": "Another backup is being restored to {folder}. Wait for it, or name another folder.",
    "errors.not_empty": "{folder} is not empty. A backup is restored to where there is nothing (command line: "
    "--workspace).",
    "errors.damaged_backup": "{file} is no backup, or a damaged one ({why}). Expected a file that core backup wrote.",
    "errors.audit_broken": "Row {number} of the audit of {folder} is not as it was written, or missing. Somebody has "
    "changed it; a backup says what stood there.",
    "errors.audit_cut": "No row of the audit of {folder} has the seal {seal}: rows are missing at its end, or it is "
    "older than what is kept.",
    "errors.no_assignment": "{text!r} is not a setting. Write section.field=value, as in training.epochs=20.",
    "errors.no_baseline": "No baseline {found}. Choose from {known}.",
    "errors.no_category": "No category {category!r}. Choose from {known}.",
    "errors.no_device": "training.device is {found!r}, which this machine does not have. There is: {there}. Choose "
    "one of them, or auto (command line: --device).",
    "errors.no_choice": "{setting} is {found!r}. Choose from {known}.",
    "errors.no_tensorboard": "training.tensorboard needs the package tensorboard, which is not installed. Install it: "
    "pip install -r requirements-doors.txt (or pip install 'meander[doors]'), or train without it.",
    "errors.board_folder": "training.tensorboard is {found!r}, where no folder can be made ({why}). Name a folder that "
    "can be written to.",
    "errors.no_column": "No column {name!r} for {column}. Found: {found}. Name one of these, or its number.",
    "errors.no_data_set": "No data set {data_set!r} in {folder}. Found: {known}. Import a log first.",
    "errors.no_event": "User {user!r} has no event {event}. Events run from 0 to {last}.",
    "errors.no_file": "No file {path}. Check the path.",
    "errors.no_item": "No item {item!r} in this data set of {items:,} items. Ids are text, as in the log, for "
    "example {some!r}.",
    "errors.no_job": "No job {job!r} in {folder}. It may have been deleted with its data set.",
    "errors.no_key": "Missing column {key} in {file}. Found: {found}. Rename the column of the ids to {key}.",
    "errors.no_registry": "The messages of {link} name their schemas by numbers. Say where these are: --registry URL.",
    "errors.registry_link": "{url!r} is no address of a schema registry. Expected http:// or https://.",
    "errors.registry_silent": "The schema registry {url} gives no answer ({why}). Check the address and that it runs; "
    "nothing was passed over.",
    "errors.no_partitions": "{path!r} is a file, which has no partitions. Leave them out, or follow a topic of Kafka.",
    "errors.unpublished": "Changes cannot be published to {sink} ({why}). They are kept, and published once a stream "
    "runs that can.",
    "errors.no_log": "No file {path!r}. Check the path.",
    "errors.no_method": "No method {method!r}. Choose from {known} or recency.",
    "errors.no_model": "No model {found}. Choose from {known}.",
    "errors.part": "{setting} must lie between 0 and {most}, found {found}.",
    "errors.short_training": "No user has two events before the date at which training ends, so there is nothing to "
    "learn from. Choose a later date (command line: --split-date), or smaller parts.",
    "errors.no_date": "This log has an order but no clock, so there is no date to cut it at. Evaluate by each user's "
    "last event (command line: --protocol leave-one-out), or import it with times.",
    "errors.date_outside": "The split date {found} lies outside the log, whose events lie between {first} and {last}. "
    "Choose a date in between (command line: --split-date).",
    "errors.one_moment": "Before {date} the log has events of fewer than two moments, so there is no training before a "
    "validation. Choose a later date (command line: --split-date), or smaller parts.",
    "errors.no_test_user": "Nobody is left to test on: of {events:,} events from {date} on, {had:,} are of items that "
    "their user had before. Choose an earlier date (command line: --split-date), or a larger part for the test.",
    "errors.no_moment": "{text!r} is not a moment. Write ISO 8601, as in 2024-05-01T12:00, or whole seconds since "
    "1970.",
    "errors.no_named_data_set": "There is no data set {data_set!r} any more, so the name was not kept.",
    "errors.no_category_name": "{shown!r} cannot be the name of a category. Use 1 to {most} characters that can be "
    "read, without |.",
    "errors.no_color": "{found!r} is no colour. Write it as #rrggbb, as in #0a85c1.",
    "errors.no_cohort": "Data set {data_set!r} has no cohort {cohort!r}. Known: {known}.",
    "errors.empty_cohort": "Nobody is in this cohort, so it was not kept. Name users of the log, or a rule.",
    "errors.cohort_without": "There is no data set {data_set!r} any more, so the cohort was not kept.",
    "errors.many_cohorts": "Data set {data_set!r} has {most:,} cohorts, and can have no more. Delete one first.",
    "errors.nameless_cohort": "{cohort!r} cannot be the name of a cohort. Use letters that can be read, as in "
    "new-in-May.",
    "errors.long_cohort": "The name of the cohort has {characters:,} characters. Shorten it to {most:,}.",
    "errors.unknown_people": "None of the {users:,} ids is one of the {known:,} users of {data_set!r}, as {some!r} "
    "is. Give ids as the log has them.",
    "errors.no_rule": "{found!r} is no rule. Write NAME=VALUE with a name of {known}.",
    "errors.no_rule_value": "{value!r} is no value of {name}. Choose from {known}.",
    "errors.no_note": "Data set {data_set!r} has no note {note}. It may have been deleted meanwhile.",
    "errors.no_order": "order must be one of {known}, found {found!r}.",
    "errors.no_place": "No event {place} in a history of {length} events. Places run from 0 to {last}.",
    "errors.no_row": "{file} has no row with a {key}. Expected a header and a row for each id.",
    "errors.no_rows": "{file} has a header but no rows. Expected one row for each event.",
    "errors.no_run": "No run {run!r} of data set {data_set!r}. Found: {known}.",
    "errors.no_run_yet": "Data set {data_set!r} has no trained run yet. Train one: python -m core train {data_set}.",
    "errors.no_section": "No section {section!r}. Choose from {known}.",
    "errors.no_setting": "No setting {setting!r}. Choose from {known}.",
    "errors.no_space": "{model} has no space in which items lie near a user. Order by score, or choose blend.",
    "errors.no_split": "No split {split!r}. Choose test, or leave it out for whole histories.",
    "errors.nothing_first": "Nothing comes first in the list: the user has had every item, and what was had is hidden. "
    "Ask for the list with what was had (command line: list --seen), or about one item (command line: --item I).",
    "errors.no_state": "Someone without events is near to nothing. Order by score instead of distance.",
    "errors.no_step": "No step {step!r}. Choose from {known}.",
    "errors.no_table": "No table {table!r}. Choose from {known}.",
    "errors.no_target": "No column {column!r} to fill. Choose from {known}.",
    "errors.no_times": "Column {column!r} holds no times: found {found!r}, expected {expected}. Choose another "
    "column for the time (command line: --columns timestamp=..).",
    "errors.no_unfinished": "Data set {data_set!r} has no unfinished run. Start one: python -m core train {data_set}.",
    "errors.no_user": "No user {user!r} in this data set of {users:,} users. Ids are text, as in the log, for "
    "example {some!r}.",
    "errors.no_user_of": "No user {user!r} in data set {data_set!r} of {users:,} users. Ids are text, as in the "
    "log, for example {some!r}.",
    "errors.none_usable": "None of {read:,} rows of {file} can be used: {reason} in {rows:,}. Check the columns or "
    "mend the file.",
    "errors.not_json_lines": "{file} starts with '{{' but holds no JSON object a line. Expected JSON lines or CSV.",
    "errors.note_without": "There is no data set {data_set!r} any more, so the note was not kept.",
    "errors.not_removed": "{folder} was to be removed, but something of it is still there ({why}). Let this user write "
    "there, or remove it by hand; then do it again.",
    "errors.nothing_streamed": "Nothing has been streamed into {data_set!r} since version {version}.",
    "errors.old_weights": "The weights in {run} do not fit this version of Meander. Train again: python -m core "
    "train NAME.",
    "errors.one_column": "{file} has one column only; its first line is {line!r}. Expected columns for user, item "
    "and time, separated by a comma, tab, semicolon, | or ::.",
    "errors.one_recipe": "Choose either diversity or calibration; set the other one to 0.",
    "errors.other_columns": "{file} has the columns {columns}, but {first} has {first_columns}. Import files with "
    "the same columns together.",
    "errors.overtaken": "The data set was deleted or replaced by someone else while this was made of it; nothing of it "
    "was kept. Look at what is there now, and do it again.",
    "errors.other_version": "Run {run} was made from version {before} of {data_set!r}, which is now at version "
    "{version}. Train anew: python -m core train {data_set}.",
    "errors.other_shape": "The checkpoint holds a {preset} model ({before}), which a {wanted} one ({now}) cannot go on "
    "from. Resume with --preset {preset}, or train a new run without --resume.",
    "errors.other_weights": "{file} was made from another data set or version: its users, items or columns are not "
    "those of this one. Train again: python -m core train NAME, or go on from it with --from RUN.",
    "errors.read_only": "Could not write to {folder}: {why}. Choose another --workspace.",
    "errors.removed": "The workspace {folder} was removed. Start again to make a new one.",
    "errors.share": "{name} must lie between 0 and 1, found {found}.",
    "errors.short_histories": "No user has two events or more left to learn from (longest history {longest}, "
    "{holdout} last events held out). Train with --holdout 0, or import a log with longer histories.",
    "errors.simulation_least": "simulation {name} must be at least {least}, found {found}.",
    "errors.no_world": "There is no world {found!r} to simulate. Choose one of: {known}.",
    "errors.simulation_share": "simulation {name} must lie between 0 and 1, found {found}.",
    "errors.small_map": "A map needs at least {least} items and states, found {found}.",
    "errors.streaming": "A stream into {data_set!r} is running already. Stop it first.",
    "errors.unexpected": "Unexpected {why}. The job's log says more.",
    "errors.unfinished": "Run {run} of {data_set!r} is {status}; only a finished run can be started from.",
    "errors.unwritable": "The workspace {folder} cannot be written: {why}.",
    "errors.warm_setting": "model.{name} is {found}, but the run to start from has {before}. Leave it out, or train "
    "anew.",
    "errors.weights_broken": "{run}/{file} is missing or broken ({why}). Train again.",
    "errors.weights_format": "{run}/{file} has format {found}, expected {expected}: it was written by another "
    "version of Meander. Train again: python -m core train NAME.",
    "errors.weights_missing": "{run}/{file} is missing or not a model of Meander ({why}). Train again: python -m "
    "core train NAME.",
    "errors.which_columns": "Missing column(s) {missing}. Found: {found}. Say which is which, by name or number "
    "(command line: --columns {wish}).",
    "errors.which_hidden": "Missing column(s) {missing}. {file} has no header. Say which is which, by name or "
    "number (command line: --columns {wish}).",
    "errors.which_unnamed": "Missing column(s) {missing}. {file} has no header; its first row is {first}. Say which "
    "is which, by name or number (command line: --columns {wish}).",
    "errors.wrong_type": "{setting} must be of type {kind}, found {found!r}.",
}
"""English by code, with room for values."""
