"""Why a topic of Kafka cannot be followed, or changes not be published: what was found, and what to do."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
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
    "errors.kafka_silent": "No broker of Kafka answers at {servers} ({why}). Check the address, and start the stream "
    "again once it runs: nothing was lost.",
    "errors.kafka_topic": "Kafka at {servers} has no topic {topic!r} (any more). Check its name, or make it first.",
    "errors.kafka_partition": "{link} has no partition {found}. Choose from 0 to {last}.",
    "errors.kafka_truncated": "{link}, partition {partition}: {missing:,} messages that were not read are gone; the "
    "oldest there is number {oldest:,}. Keep messages for longer there, and read what is left: --from-start.",
    "errors.kafka_anew": "{link}, partition {partition} is not the log that was read up to number {next:,}: the topic "
    "was made anew, or cut. Read it from its start if that was meant: --from-start.",
    "errors.no_registry": "The messages of {link} name their schemas by numbers. Say where these are: --registry URL.",
    "errors.registry_link": "{url!r} is no address of a schema registry. Expected http:// or https://.",
    "errors.registry_silent": "The schema registry {url} gives no answer ({why}). Check the address and that it runs; "
    "nothing was passed over.",
    "errors.no_partitions": "{path!r} is a file, which has no partitions. Leave them out, or follow a topic of Kafka.",
    "errors.unpublished": "Changes cannot be published to {sink} ({why}). They are kept, and published once a stream "
    "runs that can.",
}
