using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Platform.Billing.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit_entry",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false),
                    actor_role = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    subject_kind = table.Column<string>(type: "text", nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: true),
                    purpose = table.Column<string>(type: "text", nullable: false),
                    trace_id = table.Column<string>(type: "text", nullable: false),
                    previous_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entry", x => new { x.network_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "audit_head",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_head", x => x.network_id);
                });

            migrationBuilder.CreateTable(
                name: "claim_numbers",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_claim = table.Column<long>(type: "bigint", nullable: false),
                    last_control = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_numbers", x => x.network_id);
                });

            migrationBuilder.CreateTable(
                name: "handled_request",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    method = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    response = table.Column<byte[]>(type: "bytea", nullable: true),
                    handled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_handled_request", x => new { x.network_id, x.request_id });
                });

            migrationBuilder.CreateTable(
                name: "inbox_message",
                columns: table => new
                {
                    consumer = table.Column<string>(type: "text", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    handled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox_message", x => new { x.consumer, x.message_id });
                });

            migrationBuilder.CreateTable(
                name: "outbox_dead_message",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    partition_key = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    event_name = table.Column<string>(type: "text", nullable: false),
                    schema_version = table.Column<int>(type: "integer", nullable: false),
                    trace_parent = table.Column<string>(type: "text", nullable: true),
                    payload = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    died_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    last_error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_dead_message", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_message",
                columns: table => new
                {
                    position = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    partition_key = table.Column<Guid>(type: "uuid", nullable: false),
                    event_name = table.Column<string>(type: "text", nullable: false),
                    schema_version = table.Column<int>(type: "integer", nullable: false),
                    trace_parent = table.Column<string>(type: "text", nullable: true),
                    payload = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    lease_owner = table.Column<Guid>(type: "uuid", nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_message", x => x.position);
                });

            migrationBuilder.CreateTable(
                name: "payer",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    payer_code = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    receiver_id = table.Column<string>(type: "character varying(15)", maxLength: 15, nullable: false),
                    filing_indicator = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payer", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pending_charge",
                columns: table => new
                {
                    charge_id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pending_charge", x => x.charge_id);
                });

            migrationBuilder.CreateTable(
                name: "remittance_file",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    posted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_remittance_file", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "claim_file",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    control_number = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    written_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_file", x => x.id);
                    table.ForeignKey(
                        name: "fk_claim_file_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "contract",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(5)", maxLength: 5, nullable: false),
                    rate = table.Column<long>(type: "bigint", nullable: false),
                    revenue_code = table.Column<string>(type: "character varying(4)", maxLength: 4, nullable: false),
                    modifiers = table.Column<string>(type: "character varying(11)", maxLength: 11, nullable: false),
                    effective_from = table.Column<DateOnly>(type: "date", nullable: false),
                    effective_to = table.Column<DateOnly>(type: "date", nullable: true),
                    authorization_required = table.Column<bool>(type: "boolean", nullable: false),
                    timely_filing_days = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contract", x => x.id);
                    table.CheckConstraint("ck_contract_dates", "effective_to IS NULL OR effective_to >= effective_from");
                    table.CheckConstraint("ck_contract_rate", "rate > 0");
                    table.ForeignKey(
                        name: "fk_contract_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "coverage",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    member_id = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    effective_from = table.Column<DateOnly>(type: "date", nullable: false),
                    effective_to = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_coverage", x => x.id);
                    table.CheckConstraint("ck_coverage_dates", "effective_to IS NULL OR effective_to >= effective_from");
                    table.ForeignKey(
                        name: "fk_coverage_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "prior_authorization",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(5)", maxLength: 5, nullable: false),
                    number = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: false),
                    units = table.Column<int>(type: "integer", nullable: false),
                    used = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_prior_authorization", x => x.id);
                    table.CheckConstraint("ck_authorization_dates", "\"to\" >= \"from\"");
                    table.CheckConstraint("ck_authorization_units", "used >= 0 AND used <= units");
                    table.ForeignKey(
                        name: "fk_prior_authorization_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "remittance",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    trace_number = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    paid = table.Column<long>(type: "bigint", nullable: false),
                    paid_on = table.Column<DateOnly>(type: "date", nullable: false),
                    claims = table.Column<int>(type: "integer", nullable: false),
                    matched = table.Column<int>(type: "integer", nullable: false),
                    posted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_remittance", x => x.id);
                    table.ForeignKey(
                        name: "fk_remittance_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_remittance_remittance_file_file_id",
                        column: x => x.file_id,
                        principalTable: "remittance_file",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "claim",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: false),
                    charged = table.Column<long>(type: "bigint", nullable: false),
                    paid = table.Column<long>(type: "bigint", nullable: false),
                    patient = table.Column<long>(type: "bigint", nullable: false),
                    adjusted = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    written_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim", x => x.id);
                    table.ForeignKey(
                        name: "fk_claim_claim_file_file_id",
                        column: x => x.file_id,
                        principalTable: "claim_file",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_claim_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "charge",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    service_day_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    on = table.Column<DateOnly>(type: "date", nullable: false),
                    service_day_version = table.Column<long>(type: "bigint", nullable: false),
                    minutes = table.Column<int>(type: "integer", nullable: false),
                    facilitator_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: true),
                    track = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    holds = table.Column<string>(type: "text", nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    coverage_id = table.Column<Guid>(type: "uuid", nullable: true),
                    contract_id = table.Column<Guid>(type: "uuid", nullable: true),
                    authorization_id = table.Column<Guid>(type: "uuid", nullable: true),
                    code = table.Column<string>(type: "character varying(5)", maxLength: 5, nullable: false),
                    units = table.Column<int>(type: "integer", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    rule_pack = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    claim_id = table.Column<Guid>(type: "uuid", nullable: true),
                    line_control_number = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true),
                    paid = table.Column<long>(type: "bigint", nullable: false),
                    patient = table.Column<long>(type: "bigint", nullable: false),
                    adjusted = table.Column<long>(type: "bigint", nullable: false),
                    amended_version = table.Column<long>(type: "bigint", nullable: true),
                    amended_minutes = table.Column<int>(type: "integer", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_charge", x => x.id);
                    table.CheckConstraint("ck_charge_claimed_has_claim", "(status IN ('Claimed', 'Paid', 'Denied')) = (claim_id IS NOT NULL)");
                    table.CheckConstraint("ck_charge_ready_is_priced", "status <> 'Ready' OR contract_id IS NOT NULL");
                    table.ForeignKey(
                        name: "fk_charge_claim_claim_id",
                        column: x => x.claim_id,
                        principalTable: "claim",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_charge_contract_contract_id",
                        column: x => x.contract_id,
                        principalTable: "contract",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_charge_coverage_coverage_id",
                        column: x => x.coverage_id,
                        principalTable: "coverage",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_charge_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_charge_prior_authorization_authorization_id",
                        column: x => x.authorization_id,
                        principalTable: "prior_authorization",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ledger_entry",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    transaction_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account = table.Column<string>(type: "character varying(24)", maxLength: 24, nullable: false),
                    amount_cents = table.Column<long>(type: "bigint", nullable: false),
                    on = table.Column<DateOnly>(type: "date", nullable: false),
                    memo = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    payer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    claim_id = table.Column<Guid>(type: "uuid", nullable: true),
                    remittance_id = table.Column<Guid>(type: "uuid", nullable: true),
                    written_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_entry", x => x.id);
                    table.CheckConstraint("ck_ledger_entry_amount", "amount_cents <> 0");
                    table.ForeignKey(
                        name: "fk_ledger_entry_claim_claim_id",
                        column: x => x.claim_id,
                        principalTable: "claim",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_ledger_entry_payer_payer_id",
                        column: x => x.payer_id,
                        principalTable: "payer",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_ledger_entry_remittance_remittance_id",
                        column: x => x.remittance_id,
                        principalTable: "remittance",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "remitted_claim",
                columns: table => new
                {
                    remittance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    claim_number = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    claim_id = table.Column<Guid>(type: "uuid", nullable: true),
                    status_code = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false),
                    payer_control_number = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    charged = table.Column<long>(type: "bigint", nullable: false),
                    paid = table.Column<long>(type: "bigint", nullable: false),
                    patient = table.Column<long>(type: "bigint", nullable: false),
                    adjusted = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_remitted_claim", x => new { x.remittance_id, x.position });
                    table.ForeignKey(
                        name: "fk_remitted_claim_claim_claim_id",
                        column: x => x.claim_id,
                        principalTable: "claim",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_remitted_claim_remittance_remittance_id",
                        column: x => x.remittance_id,
                        principalTable: "remittance",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entry_network_id_person_id",
                table: "audit_entry",
                columns: new[] { "network_id", "person_id" });

            migrationBuilder.CreateIndex(
                name: "ix_charge_authorization_id",
                table: "charge",
                column: "authorization_id");

            migrationBuilder.CreateIndex(
                name: "ix_charge_claim_id",
                table: "charge",
                column: "claim_id");

            migrationBuilder.CreateIndex(
                name: "ix_charge_contract_id",
                table: "charge",
                column: "contract_id");

            migrationBuilder.CreateIndex(
                name: "ix_charge_coverage_id",
                table: "charge",
                column: "coverage_id");

            migrationBuilder.CreateIndex(
                name: "ix_charge_network_id_episode_id",
                table: "charge",
                columns: new[] { "network_id", "episode_id" });

            migrationBuilder.CreateIndex(
                name: "ix_charge_network_id_payer_id_status",
                table: "charge",
                columns: new[] { "network_id", "payer_id", "status" });

            migrationBuilder.CreateIndex(
                name: "ix_charge_network_id_person_id_on",
                table: "charge",
                columns: new[] { "network_id", "person_id", "on" },
                unique: true,
                filter: "contract_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_charge_network_id_service_day_id",
                table: "charge",
                columns: new[] { "network_id", "service_day_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_charge_network_id_site_id_on_id",
                table: "charge",
                columns: new[] { "network_id", "site_id", "on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_charge_payer_id",
                table: "charge",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_claim_file_id",
                table: "claim",
                column: "file_id");

            migrationBuilder.CreateIndex(
                name: "ix_claim_network_id_number",
                table: "claim",
                columns: new[] { "network_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_claim_network_id_site_id_id",
                table: "claim",
                columns: new[] { "network_id", "site_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_claim_payer_id",
                table: "claim",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_claim_file_payer_id",
                table: "claim_file",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_contract_network_id_payer_id_effective_from_id",
                table: "contract",
                columns: new[] { "network_id", "payer_id", "effective_from", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contract_payer_id",
                table: "contract",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_coverage_network_id_person_id_effective_from_id",
                table: "coverage",
                columns: new[] { "network_id", "person_id", "effective_from", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_coverage_payer_id",
                table: "coverage",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_handled_request_handled_at",
                table: "handled_request",
                column: "handled_at");

            migrationBuilder.CreateIndex(
                name: "ix_inbox_message_handled_at",
                table: "inbox_message",
                column: "handled_at");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entry_claim_id",
                table: "ledger_entry",
                column: "claim_id");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entry_network_id_claim_id_written_at_id",
                table: "ledger_entry",
                columns: new[] { "network_id", "claim_id", "written_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entry_network_id_payer_id_account",
                table: "ledger_entry",
                columns: new[] { "network_id", "payer_id", "account" });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entry_payer_id",
                table: "ledger_entry",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entry_remittance_id",
                table: "ledger_entry",
                column: "remittance_id");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_entry_transaction_id",
                table: "ledger_entry",
                column: "transaction_id");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_id",
                table: "outbox_message",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_message_partition_key_position",
                table: "outbox_message",
                columns: new[] { "partition_key", "position" });

            migrationBuilder.CreateIndex(
                name: "ix_payer_network_id_name_id",
                table: "payer",
                columns: new[] { "network_id", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_payer_network_id_payer_code",
                table: "payer",
                columns: new[] { "network_id", "payer_code" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_pending_charge_due_at",
                table: "pending_charge",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_prior_authorization_network_id_episode_id_payer_id_code_num~",
                table: "prior_authorization",
                columns: new[] { "network_id", "episode_id", "payer_id", "code", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_prior_authorization_payer_id",
                table: "prior_authorization",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_remittance_file_id",
                table: "remittance",
                column: "file_id");

            migrationBuilder.CreateIndex(
                name: "ix_remittance_network_id_id",
                table: "remittance",
                columns: new[] { "network_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_remittance_network_id_payer_id_trace_number",
                table: "remittance",
                columns: new[] { "network_id", "payer_id", "trace_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_remittance_payer_id",
                table: "remittance",
                column: "payer_id");

            migrationBuilder.CreateIndex(
                name: "ix_remittance_file_network_id_sha256",
                table: "remittance_file",
                columns: new[] { "network_id", "sha256" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_remitted_claim_claim_id",
                table: "remitted_claim",
                column: "claim_id");

            // An overlap that passes the locked check of the service is refused here. The application role writes plain dates and
            // ids; btree_gist is a trusted extension, which the owner of the database may create.
            migrationBuilder.Sql(
                """
                CREATE EXTENSION IF NOT EXISTS btree_gist;

                ALTER TABLE contract ADD CONSTRAINT ex_contract_overlap EXCLUDE USING gist (
                    network_id WITH =, payer_id WITH =, code WITH =, daterange(effective_from, effective_to, '[]') WITH &&);

                ALTER TABLE coverage ADD CONSTRAINT ex_coverage_overlap EXCLUDE USING gist (
                    network_id WITH =, person_id WITH =, daterange(effective_from, effective_to, '[]') WITH &&);

                CREATE FUNCTION ledger_transaction_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF (SELECT sum(amount_cents) FROM ledger_entry WHERE transaction_id = NEW.transaction_id) <> 0 THEN
                        RAISE EXCEPTION 'The entries of ledger transaction % do not sum to zero', NEW.transaction_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                END $$;

                CREATE CONSTRAINT TRIGGER ledger_transaction_sums_to_zero AFTER INSERT OR UPDATE ON ledger_entry
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transaction_sums_to_zero();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE ledger_entry; DROP FUNCTION ledger_transaction_sums_to_zero();");

            migrationBuilder.DropTable(
                name: "audit_entry");

            migrationBuilder.DropTable(
                name: "audit_head");

            migrationBuilder.DropTable(
                name: "charge");

            migrationBuilder.DropTable(
                name: "claim_numbers");

            migrationBuilder.DropTable(
                name: "handled_request");

            migrationBuilder.DropTable(
                name: "inbox_message");

            migrationBuilder.DropTable(
                name: "outbox_dead_message");

            migrationBuilder.DropTable(
                name: "outbox_message");

            migrationBuilder.DropTable(
                name: "pending_charge");

            migrationBuilder.DropTable(
                name: "remitted_claim");

            migrationBuilder.DropTable(
                name: "contract");

            migrationBuilder.DropTable(
                name: "coverage");

            migrationBuilder.DropTable(
                name: "prior_authorization");

            migrationBuilder.DropTable(
                name: "claim");

            migrationBuilder.DropTable(
                name: "remittance");

            migrationBuilder.DropTable(
                name: "claim_file");

            migrationBuilder.DropTable(
                name: "remittance_file");

            migrationBuilder.DropTable(
                name: "payer");
        }
    }
}
