"""What goes wrong with what runs beside this process: brokers of Kafka, and ranks of a training."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "errors.rank_lost": "Another process of this training ended or cannot be reached ({why}). Start all of them "
    "again with --resume: they go on from the last checkpoint.",
    "errors.ranks_lost": "Processes of this training were lost {times} times in a row without an epoch between, as "
    "where memory is not enough. Go on with fewer: python -m core train {data_set} --resume --ranks N.",
    "errors.ranks_differ": "Rank {rank} of this training has another log, other settings or another checkpoint than "
    "rank 0. Give all of them the same workspace, on a path that each machine sees (--workspace).",
    "errors.ranks_device": "{ranks} processes of a machine train on {device} only with as many NVIDIA GPUs, found "
    "{there}. Choose as many ranks as there are GPUs, or --device cpu.",
    "errors.no_kafka": "Kafka needs the packages confluent-kafka and fastavro, which are not installed. Install them: "
    "pip install -r requirements-scale.txt (or pip install 'meander[kafka]').",
    "errors.kafka_link": "{link!r} is no link to a topic of Kafka. Expected kafka://HOST:PORT/TOPIC, and ?group=NAME "
    "behind it where the brokers ask for one.",
    "errors.kafka_secret": "A link must hold no user and no password (it has an @). Take them out, and set "
    "MEANDER_KAFKA_SASL_USERNAME and MEANDER_KAFKA_SASL_PASSWORD, or name a file with them (--kafka F).",
    "errors.kafka_setting": "{name!r} is no setting of Kafka that may be given. Expected one of {known}; in the "
    "environment as MEANDER_KAFKA_SASL_PASSWORD.",
    "errors.kafka_refused": "Kafka at {servers} refuses: {why}. Check the settings (MEANDER_KAFKA_..., --kafka F) and "
    "what this user may do there.",
    "errors.kafka_silent": "No broker of Kafka answers at {servers} ({why}). Check the address and "
    "security.protocol, and start the stream again once it runs: nothing was lost.",
    "errors.kafka_topic": "Kafka at {servers} has no topic {topic!r} (any more). Check its name, or make it first.",
    "errors.kafka_partition": "{link} has no partition {found}. Choose from 0 to {last}.",
    "errors.kafka_truncated": "{link}, partition {partition}: {missing:,} messages that were not read are gone; the "
    "oldest there is number {oldest:,}. Keep messages for longer there, and read what is left: --from-start.",
    "errors.kafka_anew": "{link}, partition {partition} is not the log that was read up to number {next:,}: the topic "
    "was made anew, or cut. Read it from its start if that was meant: --from-start.",
}
