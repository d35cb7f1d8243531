CREATE TABLE "audit_entry" (
    "network_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "person_id" TEXT NULL,
    "purpose" TEXT NOT NULL,
    "trace_id" TEXT NOT NULL,
    "previous_hash" BLOB NOT NULL,
    "hash" BLOB NOT NULL,
    CONSTRAINT "pk_audit_entry" PRIMARY KEY ("network_id", "sequence")
);
CREATE TABLE "audit_head" (
    "network_id" TEXT NOT NULL CONSTRAINT "pk_audit_head" PRIMARY KEY,
    "sequence" INTEGER NOT NULL,
    "hash" BLOB NOT NULL
);
CREATE TABLE "handled_request" (
    "network_id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "fingerprint" BLOB NOT NULL,
    "response" BLOB NULL,
    "handled_at" INTEGER NOT NULL,
    CONSTRAINT "pk_handled_request" PRIMARY KEY ("network_id", "request_id")
);
CREATE TABLE "inbox_message" (
    "consumer" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "network_id" TEXT NOT NULL,
    "handled_at" INTEGER NOT NULL,
    CONSTRAINT "pk_inbox_message" PRIMARY KEY ("consumer", "message_id")
);
CREATE TABLE "network" (
    "network_id" TEXT NOT NULL CONSTRAINT "pk_network" PRIMARY KEY
);
CREATE TABLE "outbox_dead_message" (
    "id" TEXT NOT NULL CONSTRAINT "pk_outbox_dead_message" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "partition_key" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "event_name" TEXT NOT NULL,
    "schema_version" INTEGER NOT NULL,
    "trace_parent" TEXT NULL,
    "payload" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "died_at" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "last_error" TEXT NULL
);
CREATE TABLE "outbox_message" (
    "position" INTEGER NOT NULL CONSTRAINT "pk_outbox_message" PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "network_id" TEXT NOT NULL,
    "partition_key" TEXT NOT NULL,
    "event_name" TEXT NOT NULL,
    "schema_version" INTEGER NOT NULL,
    "trace_parent" TEXT NULL,
    "payload" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "next_attempt_at" INTEGER NULL,
    "attempts" INTEGER NOT NULL,
    "lease_owner" TEXT NULL,
    "lease_until" INTEGER NULL,
    "last_error" TEXT NULL
);
CREATE TABLE "person" (
    "id" TEXT NOT NULL CONSTRAINT "pk_person" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "birth_date" TEXT NOT NULL,
    "sex" TEXT NOT NULL,
    "street" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "zip" TEXT NOT NULL,
    "diagnosis" TEXT NOT NULL
);
CREATE TABLE "site" (
    "id" TEXT NOT NULL CONSTRAINT "pk_site" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "external_id" TEXT NULL,
    "natural_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "facility_type" TEXT NOT NULL,
    "street" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "zip" TEXT NOT NULL,
    "latitude" REAL NOT NULL,
    "longitude" REAL NOT NULL,
    "time_zone" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "npi" TEXT NULL,
    "tax_id" TEXT NULL,
    "taxonomy" TEXT NULL,
    "payments_accepted" TEXT NOT NULL,
    "languages" TEXT NOT NULL,
    "runs_iop" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);
CREATE TABLE "consent" (
    "id" TEXT NOT NULL CONSTRAINT "pk_consent" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "for_treatment" INTEGER NOT NULL,
    "for_payment" INTEGER NOT NULL,
    "for_operations" INTEGER NOT NULL,
    "recipient" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "signed_on" TEXT NOT NULL,
    "expires_on" TEXT NULL,
    "revoked_at" INTEGER NULL,
    CONSTRAINT "fk_consent_person_person_id" FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE CASCADE
);
CREATE TABLE "referral" (
    "id" TEXT NOT NULL CONSTRAINT "pk_referral" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "referred_on" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "recommended_level" TEXT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "fk_referral_person_person_id" FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE CASCADE
);
CREATE TABLE "program" (
    "id" TEXT NOT NULL CONSTRAINT "pk_program" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "site_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "track" TEXT NOT NULL,
    "age_group" TEXT NOT NULL,
    CONSTRAINT "fk_program_site_site_id" FOREIGN KEY ("site_id") REFERENCES "site" ("id") ON DELETE CASCADE
);
CREATE TABLE "eligibility_answer" (
    "referral_id" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "network_id" TEXT NOT NULL,
    "yes" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "answered_by" TEXT NOT NULL,
    "answered_at" INTEGER NOT NULL,
    CONSTRAINT "pk_eligibility_answer" PRIMARY KEY ("referral_id", "question"),
    CONSTRAINT "fk_eligibility_answer_referral_referral_id" FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE CASCADE
);
CREATE TABLE "episode" (
    "id" TEXT NOT NULL CONSTRAINT "pk_episode" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "referral_id" TEXT NOT NULL,
    "site_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "admitted_on" TEXT NOT NULL,
    "backdating_reason" TEXT NOT NULL,
    "discharged_on" TEXT NULL,
    "disposition" TEXT NULL,
    "aftercare_plan" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "fk_episode_person_person_id" FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_episode_program_program_id" FOREIGN KEY ("program_id") REFERENCES "program" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_episode_referral_referral_id" FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE CASCADE
);
CREATE TABLE "offer" (
    "id" TEXT NOT NULL CONSTRAINT "pk_offer" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "referral_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "site_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "fk_offer_person_person_id" FOREIGN KEY ("person_id") REFERENCES "person" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_offer_program_program_id" FOREIGN KEY ("program_id") REFERENCES "program" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_offer_referral_referral_id" FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE CASCADE
);
CREATE TABLE "program_capacity" (
    "program_id" TEXT NOT NULL CONSTRAINT "pk_program_capacity" PRIMARY KEY,
    "network_id" TEXT NOT NULL,
    "site_id" TEXT NOT NULL,
    "licensed" INTEGER NOT NULL,
    "occupied" INTEGER NOT NULL,
    "held" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "ck_program_capacity_never_oversold" CHECK (occupied + held <= licensed),
    CONSTRAINT "ck_program_capacity_not_negative" CHECK (occupied >= 0 AND held >= 0),
    CONSTRAINT "fk_program_capacity_program_program_id" FOREIGN KEY ("program_id") REFERENCES "program" ("id") ON DELETE CASCADE
);
CREATE INDEX "ix_audit_entry_network_id_person_id" ON "audit_entry" ("network_id", "person_id");
CREATE INDEX "ix_consent_person_id" ON "consent" ("person_id");
CREATE INDEX "ix_episode_person_id" ON "episode" ("person_id");
CREATE INDEX "ix_episode_program_id" ON "episode" ("program_id");
CREATE INDEX "ix_episode_referral_id" ON "episode" ("referral_id");
CREATE INDEX "ix_episode_site_id_admitted_on_id" ON "episode" ("site_id", "admitted_on", "id");
CREATE UNIQUE INDEX "ux_episode_one_open_per_person" ON "episode" ("network_id", "person_id") WHERE status = 'Admitted';
CREATE INDEX "ix_handled_request_handled_at" ON "handled_request" ("handled_at");
CREATE INDEX "ix_inbox_message_handled_at" ON "inbox_message" ("handled_at");
CREATE INDEX "ix_offer_network_id_expires_at" ON "offer" ("network_id", "expires_at") WHERE status = 'Held';
CREATE INDEX "ix_offer_person_id" ON "offer" ("person_id");
CREATE INDEX "ix_offer_program_id" ON "offer" ("program_id");
CREATE UNIQUE INDEX "ux_offer_one_held_per_referral" ON "offer" ("referral_id") WHERE status = 'Held';
CREATE UNIQUE INDEX "ix_outbox_message_id" ON "outbox_message" ("id");
CREATE INDEX "ix_outbox_message_partition_key_position" ON "outbox_message" ("partition_key", "position");
CREATE UNIQUE INDEX "ux_program_name" ON "program" ("site_id", "name");
CREATE INDEX "ix_program_capacity_site_id" ON "program_capacity" ("site_id");
CREATE INDEX "ix_referral_person_id" ON "referral" ("person_id");
CREATE INDEX "ix_site_network_id_latitude_longitude" ON "site" ("network_id", "latitude", "longitude");
CREATE INDEX "ix_site_network_id_name_id" ON "site" ("network_id", "name", "id");
CREATE UNIQUE INDEX "ux_site_external_id" ON "site" ("network_id", "external_id");
PRAGMA user_version = 508477841;
