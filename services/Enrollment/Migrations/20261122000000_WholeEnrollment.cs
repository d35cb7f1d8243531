using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Platform.Enrollment.Migrations
{
    /// <inheritdoc />
    public partial class WholeEnrollment : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_episode_person_id",
                table: "episode");

            migrationBuilder.AddColumn<DateOnly>(
                name: "closed_on",
                table: "site",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "closing_reason",
                table: "site",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "payers",
                table: "site",
                type: "text",
                nullable: false,
                defaultValueSql: "''");

            migrationBuilder.AddColumn<Guid>(
                name: "region_id",
                table: "site",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string[]>(
                name: "special_programs",
                table: "site",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<string>(
                name: "closing_reason",
                table: "referral",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "source_contact",
                table: "referral",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "source_organization",
                table: "referral",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changes_at",
                table: "program_capacity",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "closes_at",
                table: "program_capacity",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "lowering_to",
                table: "program_capacity",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "waitlist_due",
                table: "program_capacity",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateOnly>(
                name: "closed_on",
                table: "program",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "delivery",
                table: "program",
                type: "text",
                nullable: false,
                defaultValue: "OnSite");

            migrationBuilder.AddColumn<string>(
                name: "level",
                table: "program",
                type: "text",
                nullable: false,
                defaultValue: "IntensiveOutpatient");

            migrationBuilder.AddColumn<int>(
                name: "times_of_day",
                table: "program",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "version",
                table: "program",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<string[]>(
                name: "virtual_states",
                table: "program",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<int>(
                name: "weekdays",
                table: "program",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "family_code",
                table: "person",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "merge_reason",
                table: "person",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<Guid>(
                name: "merged_into_id",
                table: "person",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "version",
                table: "person",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "accepted_at",
                table: "offer",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "automatic",
                table: "offer",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "decline_reason",
                table: "offer",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "override_reason",
                table: "offer",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "name",
                table: "network",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "version",
                table: "network",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<int>(
                name: "days_since_previous",
                table: "episode",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "holds_place",
                table: "episode",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "level",
                table: "episode",
                type: "text",
                nullable: false,
                defaultValue: "IntensiveOutpatient");

            migrationBuilder.AddColumn<DateOnly>(
                name: "on_leave_since",
                table: "episode",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "previous_episode_id",
                table: "episode",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "reinstatement_reason",
                table: "episode",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "categories",
                table: "consent",
                type: "integer",
                nullable: false,
                defaultValue: 126);

            migrationBuilder.AddColumn<Guid>(
                name: "discloser_id",
                table: "consent",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "discloser_kind",
                table: "consent",
                type: "text",
                nullable: false,
                defaultValue: "Any");

            migrationBuilder.AddColumn<DateOnly>(
                name: "ended_on",
                table: "consent",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "expiry_event",
                table: "consent",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "expiry_event_text",
                table: "consent",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "for_legal_proceedings",
                table: "consent",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "for_patient_request",
                table: "consent",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "signature_method",
                table: "consent",
                type: "text",
                nullable: false,
                defaultValue: "Paper");

            migrationBuilder.AddColumn<string>(
                name: "signer",
                table: "consent",
                type: "text",
                nullable: false,
                defaultValue: "Patient");

            migrationBuilder.AddColumn<string>(
                name: "signer_name",
                table: "consent",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "signer_relationship",
                table: "consent",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "aftercare",
                columns: table => new
                {
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    items = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_aftercare", x => x.episode_id);
                    table.ForeignKey(
                        name: "fk_aftercare_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "asam_assessment",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    referral_id = table.Column<Guid>(type: "uuid", nullable: true),
                    edition = table.Column<string>(type: "text", nullable: false),
                    assessed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    ratings = table.Column<string>(type: "text", nullable: false),
                    considerations = table.Column<string>(type: "text", nullable: false),
                    recommended_level = table.Column<string>(type: "text", nullable: false),
                    chosen_level = table.Column<string>(type: "text", nullable: false),
                    chosen_care = table.Column<string>(type: "text", nullable: false),
                    difference_reason = table.Column<string>(type: "text", nullable: false),
                    risk_reason = table.Column<string>(type: "text", nullable: false),
                    needs_co_occurring_enhanced = table.Column<bool>(type: "boolean", nullable: false),
                    assessed_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    rule_pack = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asam_assessment", x => x.id);
                    table.ForeignKey(
                        name: "fk_asam_assessment_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_asam_assessment_referral_referral_id",
                        column: x => x.referral_id,
                        principalTable: "referral",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "authorized_level",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    level = table.Column<string>(type: "text", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_authorized_level", x => x.id);
                    table.ForeignKey(
                        name: "fk_authorized_level_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "certification",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    is_recertification = table.Column<bool>(type: "boolean", nullable: false),
                    certified_on = table.Column<DateOnly>(type: "date", nullable: false),
                    physician_name = table.Column<string>(type: "text", nullable: false),
                    physician_npi = table.Column<string>(type: "text", nullable: false),
                    hours_per_week = table.Column<int>(type: "integer", nullable: false),
                    statement = table.Column<string>(type: "text", nullable: false),
                    plan_number = table.Column<int>(type: "integer", nullable: false),
                    pack = table.Column<string>(type: "text", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_certification", x => x.id);
                    table.ForeignKey(
                        name: "fk_certification_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "consent_recipient",
                columns: table => new
                {
                    consent_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    @class = table.Column<string>(name: "class", type: "text", nullable: true),
                    party_id = table.Column<Guid>(type: "uuid", nullable: true),
                    participants = table.Column<string[]>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_consent_recipient", x => new { x.consent_id, x.number });
                    table.ForeignKey(
                        name: "fk_consent_recipient_consent_consent_id",
                        column: x => x.consent_id,
                        principalTable: "consent",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "credential",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false),
                    issuer = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    valid_from = table.Column<DateOnly>(type: "date", nullable: false),
                    expires_on = table.Column<DateOnly>(type: "date", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    renews_id = table.Column<Guid>(type: "uuid", nullable: true),
                    withdrawn_on = table.Column<DateOnly>(type: "date", nullable: true),
                    withdrawal_reason = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_credential", x => x.id);
                    table.ForeignKey(
                        name: "fk_credential_credential_renews_id",
                        column: x => x.renews_id,
                        principalTable: "credential",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_credential_site_site_id",
                        column: x => x.site_id,
                        principalTable: "site",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "disclosure",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    disclosed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: true),
                    program_id = table.Column<Guid>(type: "uuid", nullable: true),
                    recipient_name = table.Column<string>(type: "text", nullable: false),
                    recipient_class = table.Column<string>(type: "text", nullable: true),
                    party_id = table.Column<Guid>(type: "uuid", nullable: true),
                    through = table.Column<string>(type: "text", nullable: false),
                    categories = table.Column<int>(type: "integer", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    purpose = table.Column<string>(type: "text", nullable: false),
                    ground = table.Column<string>(type: "text", nullable: false),
                    consent_id = table.Column<Guid>(type: "uuid", nullable: true),
                    affiliation = table.Column<string>(type: "text", nullable: false),
                    disclosed_by = table.Column<string>(type: "text", nullable: false),
                    nature = table.Column<string>(type: "text", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    mandate = table.Column<string>(type: "text", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    rule_pack = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_disclosure", x => x.id);
                    table.ForeignKey(
                        name: "fk_disclosure_consent_consent_id",
                        column: x => x.consent_id,
                        principalTable: "consent",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_disclosure_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "duplicate_pair",
                columns: table => new
                {
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    known_person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reasons = table.Column<int[]>(type: "integer[]", nullable: false),
                    found_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    decided_by = table.Column<string>(type: "text", nullable: false),
                    decision_reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_duplicate_pair", x => new { x.person_id, x.known_person_id });
                    table.ForeignKey(
                        name: "fk_duplicate_pair_person_known_person_id",
                        column: x => x.known_person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_duplicate_pair_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "episode_outcome",
                columns: table => new
                {
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instrument = table.Column<string>(type: "text", nullable: false),
                    scale = table.Column<string>(type: "text", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    first = table.Column<int>(type: "integer", nullable: false),
                    last = table.Column<int>(type: "integer", nullable: false),
                    counted_program_id = table.Column<Guid>(type: "uuid", nullable: true),
                    counted_month = table.Column<DateOnly>(type: "date", nullable: true),
                    counted_change = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_episode_outcome", x => new { x.episode_id, x.instrument, x.scale });
                    table.ForeignKey(
                        name: "fk_episode_outcome_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "episode_plan",
                columns: table => new
                {
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_kinds = table.Column<string[]>(type: "text[]", nullable: false),
                    last_number = table.Column<int>(type: "integer", nullable: false),
                    first_signed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    last_reviewed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    last_certified_on = table.Column<DateOnly>(type: "date", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_episode_plan", x => x.episode_id);
                    table.ForeignKey(
                        name: "fk_episode_plan_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "episode_stay",
                columns: table => new
                {
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    level = table.Column<string>(type: "text", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: true),
                    beginning = table.Column<string>(type: "text", nullable: false),
                    on_leave = table.Column<bool>(type: "boolean", nullable: false),
                    holds_place = table.Column<bool>(type: "boolean", nullable: false),
                    expected_return = table.Column<DateOnly>(type: "date", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_episode_stay", x => new { x.episode_id, x.number });
                    table.ForeignKey(
                        name: "fk_episode_stay_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "follow_up",
                columns: table => new
                {
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    days = table.Column<int>(type: "integer", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_on = table.Column<DateOnly>(type: "date", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    last_attempt_on = table.Column<DateOnly>(type: "date", nullable: true),
                    note = table.Column<string>(type: "text", nullable: true),
                    last_attempt_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_follow_up", x => new { x.episode_id, x.days });
                    table.ForeignKey(
                        name: "fk_follow_up_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "licensed_change",
                columns: table => new
                {
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    licensed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_licensed_change", x => new { x.program_id, x.from });
                    table.ForeignKey(
                        name: "fk_licensed_change_program_program_id",
                        column: x => x.program_id,
                        principalTable: "program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "person_member_id",
                columns: table => new
                {
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    payer_code = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_person_member_id", x => new { x.person_id, x.payer_code, x.number });
                    table.ForeignKey(
                        name: "fk_person_member_id_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "place_turnover",
                columns: table => new
                {
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    freed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_place_turnover", x => new { x.program_id, x.day });
                });

            migrationBuilder.CreateTable(
                name: "plan_due",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_on = table.Column<DateOnly>(type: "date", nullable: false),
                    overdue_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    pack = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_plan_due", x => x.id);
                    table.ForeignKey(
                        name: "fk_plan_due_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "plan_pass",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    packs = table.Column<string>(type: "text", nullable: false),
                    after_episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    is_done = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_plan_pass", x => x.network_id);
                });

            migrationBuilder.CreateTable(
                name: "plan_review",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    plan_number = table.Column<int>(type: "integer", nullable: false),
                    reviewed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    reviewed_by = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    goals = table.Column<string>(type: "text", nullable: false),
                    note = table.Column<string>(type: "text", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_plan_review", x => x.id);
                    table.ForeignKey(
                        name: "fk_plan_review_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "plan_version",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    written_by = table.Column<string>(type: "text", nullable: false),
                    written_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    has_signature = table.Column<bool>(type: "boolean", nullable: false),
                    signed_on = table.Column<DateOnly>(type: "date", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_plan_version", x => x.id);
                    table.ForeignKey(
                        name: "fk_plan_version_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "program_outcome",
                columns: table => new
                {
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instrument = table.Column<string>(type: "text", nullable: false),
                    scale = table.Column<string>(type: "text", nullable: false),
                    month = table.Column<DateOnly>(type: "date", nullable: false),
                    change = table.Column<int>(type: "integer", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episodes = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_program_outcome", x => new { x.program_id, x.instrument, x.scale, x.month, x.change });
                });

            migrationBuilder.CreateTable(
                name: "received_document",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    referral_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    received_on = table.Column<DateOnly>(type: "date", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    noted_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_received_document", x => x.id);
                    table.ForeignKey(
                        name: "fk_received_document_referral_referral_id",
                        column: x => x.referral_id,
                        principalTable: "referral",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "region",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_region", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rule_decision",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: true),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: true),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    pack = table.Column<string>(type: "text", nullable: false),
                    scope = table.Column<string>(type: "text", nullable: false),
                    facts = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rule_decision", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rule_pack",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    json = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    effective_from = table.Column<DateOnly>(type: "date", nullable: false),
                    effective_to = table.Column<DateOnly>(type: "date", nullable: true),
                    proposed_by = table.Column<string>(type: "text", nullable: false),
                    proposed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rule_pack", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rule_pack_head",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rule_pack_head", x => x.network_id);
                });

            migrationBuilder.CreateTable(
                name: "scheduled_capacity",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    effective_on = table.Column<DateOnly>(type: "date", nullable: false),
                    licensed = table.Column<int>(type: "integer", nullable: false),
                    note = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scheduled_capacity", x => x.id);
                    table.ForeignKey(
                        name: "fk_scheduled_capacity_program_program_id",
                        column: x => x.program_id,
                        principalTable: "program",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "screening",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: true),
                    instrument = table.Column<string>(type: "text", nullable: false),
                    form_version = table.Column<string>(type: "text", nullable: false),
                    taken_on = table.Column<DateOnly>(type: "date", nullable: false),
                    answers = table.Column<string>(type: "text", nullable: false),
                    scores = table.Column<string>(type: "text", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_screening", x => x.id);
                    table.ForeignKey(
                        name: "fk_screening_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tally",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    measure = table.Column<short>(type: "smallint", nullable: false),
                    span = table.Column<short>(type: "smallint", nullable: false),
                    starts_on = table.Column<DateOnly>(type: "date", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    bucket = table.Column<int>(type: "integer", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    days = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tally", x => new { x.network_id, x.measure, x.span, x.starts_on, x.program_id, x.kind, x.bucket });
                });

            migrationBuilder.CreateTable(
                name: "waitlist_entry",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    referral_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    rank = table.Column<int>(type: "integer", nullable: false),
                    priority_class = table.Column<string>(type: "text", nullable: false),
                    joined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    track = table.Column<string>(type: "text", nullable: true),
                    age_group = table.Column<string>(type: "text", nullable: true),
                    level = table.Column<string>(type: "text", nullable: true),
                    delivery = table.Column<string>(type: "text", nullable: true),
                    weekdays = table.Column<string>(type: "text", nullable: false),
                    times_of_day = table.Column<string>(type: "text", nullable: false),
                    language = table.Column<string>(type: "text", nullable: false),
                    payer = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    offer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    skipped = table.Column<bool>(type: "boolean", nullable: false),
                    passed_programs = table.Column<Guid[]>(type: "uuid[]", nullable: false),
                    declines = table.Column<int>(type: "integer", nullable: false),
                    lapses = table.Column<int>(type: "integer", nullable: false),
                    match_due = table.Column<bool>(type: "boolean", nullable: false),
                    removal_reason = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_waitlist_entry", x => x.id);
                    table.ForeignKey(
                        name: "fk_waitlist_entry_referral_referral_id",
                        column: x => x.referral_id,
                        principalTable: "referral",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "waitlist_line",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    turn = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_waitlist_line", x => x.network_id);
                });

            migrationBuilder.CreateTable(
                name: "plan_signature",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    plan_version_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    npi = table.Column<string>(type: "text", nullable: false),
                    signed_on = table.Column<DateOnly>(type: "date", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false),
                    recorded_by = table.Column<string>(type: "text", nullable: false),
                    recorded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_plan_signature", x => x.id);
                    table.ForeignKey(
                        name: "fk_plan_signature_plan_version_plan_version_id",
                        column: x => x.plan_version_id,
                        principalTable: "plan_version",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "safety_alert",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    site_id = table.Column<Guid>(type: "uuid", nullable: false),
                    screening_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    severity = table.Column<string>(type: "text", nullable: false),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    acknowledged_by = table.Column<string>(type: "text", nullable: false),
                    acknowledged_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    action = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_safety_alert", x => x.id);
                    table.ForeignKey(
                        name: "fk_safety_alert_person_person_id",
                        column: x => x.person_id,
                        principalTable: "person",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_safety_alert_screening_screening_id",
                        column: x => x.screening_id,
                        principalTable: "screening",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "waitlist_event",
                columns: table => new
                {
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    turn = table.Column<long>(type: "bigint", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    program_id = table.Column<Guid>(type: "uuid", nullable: true),
                    offer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    by = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_waitlist_event", x => new { x.network_id, x.turn, x.ordinal });
                    table.ForeignKey(
                        name: "fk_waitlist_event_waitlist_entry_entry_id",
                        column: x => x.entry_id,
                        principalTable: "waitlist_entry",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "waitlist_want",
                columns: table => new
                {
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    target_id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    is_open = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_waitlist_want", x => new { x.entry_id, x.target_id });
                    table.ForeignKey(
                        name: "fk_waitlist_want_waitlist_entry_entry_id",
                        column: x => x.entry_id,
                        principalTable: "waitlist_entry",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_site_region_id",
                table: "site",
                column: "region_id");

            migrationBuilder.CreateIndex(
                name: "ix_referral_network_id_referred_on_id",
                table: "referral",
                columns: new[] { "network_id", "referred_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_referral_network_id_status_referred_on_id",
                table: "referral",
                columns: new[] { "network_id", "status", "referred_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_program_capacity_network_id_changes_at",
                table: "program_capacity",
                columns: new[] { "network_id", "changes_at" },
                filter: "changes_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_program_capacity_waitlist_due",
                table: "program_capacity",
                column: "network_id",
                filter: "waitlist_due");

            migrationBuilder.CreateIndex(
                name: "ix_person_merged_into_id",
                table: "person",
                column: "merged_into_id");

            migrationBuilder.CreateIndex(
                name: "ix_person_network_id_birth_date_family_code",
                table: "person",
                columns: new[] { "network_id", "birth_date", "family_code" });

            migrationBuilder.CreateIndex(
                name: "ix_offer_site_id_id",
                table: "offer",
                columns: new[] { "site_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_episode_person_id_discharged_on",
                table: "episode",
                columns: new[] { "person_id", "discharged_on" });

            migrationBuilder.CreateIndex(
                name: "ix_episode_previous_episode_id",
                table: "episode",
                column: "previous_episode_id");

            migrationBuilder.CreateIndex(
                name: "ix_asam_assessment_person_id_assessed_on_id",
                table: "asam_assessment",
                columns: new[] { "person_id", "assessed_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_asam_assessment_referral_id",
                table: "asam_assessment",
                column: "referral_id");

            migrationBuilder.CreateIndex(
                name: "ix_authorized_level_episode_id",
                table: "authorized_level",
                column: "episode_id");

            migrationBuilder.CreateIndex(
                name: "ix_certification_episode_id_certified_on_id",
                table: "certification",
                columns: new[] { "episode_id", "certified_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_credential_network_id_expires_on_id",
                table: "credential",
                columns: new[] { "network_id", "expires_on", "id" },
                filter: "status = 'Current'");

            migrationBuilder.CreateIndex(
                name: "ix_credential_renews_id",
                table: "credential",
                column: "renews_id");

            migrationBuilder.CreateIndex(
                name: "ux_credential_current",
                table: "credential",
                columns: new[] { "site_id", "kind", "issuer", "number" },
                unique: true,
                filter: "status = 'Current'");

            migrationBuilder.CreateIndex(
                name: "ix_disclosure_consent_id",
                table: "disclosure",
                column: "consent_id");

            migrationBuilder.CreateIndex(
                name: "ix_disclosure_person_id_disclosed_at_id",
                table: "disclosure",
                columns: new[] { "person_id", "disclosed_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_duplicate_pair_known_person_id",
                table: "duplicate_pair",
                column: "known_person_id");

            migrationBuilder.CreateIndex(
                name: "ix_duplicate_pair_network_id_status_found_at",
                table: "duplicate_pair",
                columns: new[] { "network_id", "status", "found_at" });

            migrationBuilder.CreateIndex(
                name: "ix_follow_up_site_id_due_on_episode_id",
                table: "follow_up",
                columns: new[] { "site_id", "due_on", "episode_id" },
                filter: "status = 'Open'");

            migrationBuilder.CreateIndex(
                name: "ix_licensed_change_site_id_from",
                table: "licensed_change",
                columns: new[] { "site_id", "from" });

            migrationBuilder.CreateIndex(
                name: "ix_person_member_id_network_id_number",
                table: "person_member_id",
                columns: new[] { "network_id", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_plan_due_episode_id_kind",
                table: "plan_due",
                columns: new[] { "episode_id", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_plan_due_network_id_overdue_at_id",
                table: "plan_due",
                columns: new[] { "network_id", "overdue_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_plan_due_network_id_site_id_overdue_at_id",
                table: "plan_due",
                columns: new[] { "network_id", "site_id", "overdue_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_plan_review_episode_id_reviewed_on_id",
                table: "plan_review",
                columns: new[] { "episode_id", "reviewed_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_plan_signature_plan_version_id_role",
                table: "plan_signature",
                columns: new[] { "plan_version_id", "role" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_plan_version_episode_id_number",
                table: "plan_version",
                columns: new[] { "episode_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_received_document_referral_id_id",
                table: "received_document",
                columns: new[] { "referral_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_region_name",
                table: "region",
                columns: new[] { "network_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_rule_decision_network_id_kind_day_id",
                table: "rule_decision",
                columns: new[] { "network_id", "kind", "day", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_rule_decision_network_id_person_id",
                table: "rule_decision",
                columns: new[] { "network_id", "person_id" });

            migrationBuilder.CreateIndex(
                name: "ux_rule_pack_name_number",
                table: "rule_pack",
                columns: new[] { "network_id", "name", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_safety_alert_network_id_raised_at_id",
                table: "safety_alert",
                columns: new[] { "network_id", "raised_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_safety_alert_network_id_site_id_raised_at",
                table: "safety_alert",
                columns: new[] { "network_id", "site_id", "raised_at" },
                filter: "status = 'Open'");

            migrationBuilder.CreateIndex(
                name: "ix_safety_alert_person_id",
                table: "safety_alert",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_safety_alert_screening_id",
                table: "safety_alert",
                column: "screening_id");

            migrationBuilder.CreateIndex(
                name: "ix_safety_alert_site_id_raised_at_id",
                table: "safety_alert",
                columns: new[] { "site_id", "raised_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_scheduled_capacity_network_id_effective_on_id",
                table: "scheduled_capacity",
                columns: new[] { "network_id", "effective_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_scheduled_capacity_site_id_effective_on",
                table: "scheduled_capacity",
                columns: new[] { "site_id", "effective_on" });

            migrationBuilder.CreateIndex(
                name: "ux_scheduled_capacity_day",
                table: "scheduled_capacity",
                columns: new[] { "program_id", "effective_on" },
                unique: true,
                filter: "status <> 'Cancelled'");

            migrationBuilder.CreateIndex(
                name: "ix_screening_episode_id_instrument_taken_on",
                table: "screening",
                columns: new[] { "episode_id", "instrument", "taken_on" });

            migrationBuilder.CreateIndex(
                name: "ix_screening_person_id_instrument_taken_on_id",
                table: "screening",
                columns: new[] { "person_id", "instrument", "taken_on", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_waitlist_entry_match_due",
                table: "waitlist_entry",
                column: "network_id",
                filter: "match_due");

            migrationBuilder.CreateIndex(
                name: "ix_waitlist_entry_offer_id",
                table: "waitlist_entry",
                column: "offer_id",
                filter: "status = 'Offered'");

            migrationBuilder.CreateIndex(
                name: "ux_waitlist_entry_one_open_per_referral",
                table: "waitlist_entry",
                column: "referral_id",
                unique: true,
                filter: "status IN ('Waiting', 'Offered')");

            migrationBuilder.CreateIndex(
                name: "ix_waitlist_event_entry_id",
                table: "waitlist_event",
                column: "entry_id");

            migrationBuilder.CreateIndex(
                name: "ix_waitlist_want_network_id_target_id_entry_id",
                table: "waitlist_want",
                columns: new[] { "network_id", "target_id", "entry_id" },
                filter: "is_open");

            migrationBuilder.AddForeignKey(
                name: "fk_person_person_merged_into_id",
                table: "person",
                column: "merged_into_id",
                principalTable: "person",
                principalColumn: "id");

            migrationBuilder.AddForeignKey(
                name: "fk_site_region_region_id",
                table: "site",
                column: "region_id",
                principalTable: "region",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_person_person_merged_into_id",
                table: "person");

            migrationBuilder.DropForeignKey(
                name: "fk_site_region_region_id",
                table: "site");

            migrationBuilder.DropTable(
                name: "aftercare");

            migrationBuilder.DropTable(
                name: "asam_assessment");

            migrationBuilder.DropTable(
                name: "authorized_level");

            migrationBuilder.DropTable(
                name: "certification");

            migrationBuilder.DropTable(
                name: "consent_recipient");

            migrationBuilder.DropTable(
                name: "credential");

            migrationBuilder.DropTable(
                name: "disclosure");

            migrationBuilder.DropTable(
                name: "duplicate_pair");

            migrationBuilder.DropTable(
                name: "episode_outcome");

            migrationBuilder.DropTable(
                name: "episode_plan");

            migrationBuilder.DropTable(
                name: "episode_stay");

            migrationBuilder.DropTable(
                name: "follow_up");

            migrationBuilder.DropTable(
                name: "licensed_change");

            migrationBuilder.DropTable(
                name: "person_member_id");

            migrationBuilder.DropTable(
                name: "place_turnover");

            migrationBuilder.DropTable(
                name: "plan_due");

            migrationBuilder.DropTable(
                name: "plan_pass");

            migrationBuilder.DropTable(
                name: "plan_review");

            migrationBuilder.DropTable(
                name: "plan_signature");

            migrationBuilder.DropTable(
                name: "program_outcome");

            migrationBuilder.DropTable(
                name: "received_document");

            migrationBuilder.DropTable(
                name: "region");

            migrationBuilder.DropTable(
                name: "rule_decision");

            migrationBuilder.DropTable(
                name: "rule_pack");

            migrationBuilder.DropTable(
                name: "rule_pack_head");

            migrationBuilder.DropTable(
                name: "safety_alert");

            migrationBuilder.DropTable(
                name: "scheduled_capacity");

            migrationBuilder.DropTable(
                name: "tally");

            migrationBuilder.DropTable(
                name: "waitlist_event");

            migrationBuilder.DropTable(
                name: "waitlist_line");

            migrationBuilder.DropTable(
                name: "waitlist_want");

            migrationBuilder.DropTable(
                name: "plan_version");

            migrationBuilder.DropTable(
                name: "screening");

            migrationBuilder.DropTable(
                name: "waitlist_entry");

            migrationBuilder.DropIndex(
                name: "ix_site_region_id",
                table: "site");

            migrationBuilder.DropIndex(
                name: "ix_referral_network_id_referred_on_id",
                table: "referral");

            migrationBuilder.DropIndex(
                name: "ix_referral_network_id_status_referred_on_id",
                table: "referral");

            migrationBuilder.DropIndex(
                name: "ix_program_capacity_network_id_changes_at",
                table: "program_capacity");

            migrationBuilder.DropIndex(
                name: "ix_program_capacity_waitlist_due",
                table: "program_capacity");

            migrationBuilder.DropIndex(
                name: "ix_person_merged_into_id",
                table: "person");

            migrationBuilder.DropIndex(
                name: "ix_person_network_id_birth_date_family_code",
                table: "person");

            migrationBuilder.DropIndex(
                name: "ix_offer_site_id_id",
                table: "offer");

            migrationBuilder.DropIndex(
                name: "ix_episode_person_id_discharged_on",
                table: "episode");

            migrationBuilder.DropIndex(
                name: "ix_episode_previous_episode_id",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "closed_on",
                table: "site");

            migrationBuilder.DropColumn(
                name: "closing_reason",
                table: "site");

            migrationBuilder.DropColumn(
                name: "payers",
                table: "site");

            migrationBuilder.DropColumn(
                name: "region_id",
                table: "site");

            migrationBuilder.DropColumn(
                name: "special_programs",
                table: "site");

            migrationBuilder.DropColumn(
                name: "closing_reason",
                table: "referral");

            migrationBuilder.DropColumn(
                name: "source_contact",
                table: "referral");

            migrationBuilder.DropColumn(
                name: "source_organization",
                table: "referral");

            migrationBuilder.DropColumn(
                name: "changes_at",
                table: "program_capacity");

            migrationBuilder.DropColumn(
                name: "closes_at",
                table: "program_capacity");

            migrationBuilder.DropColumn(
                name: "lowering_to",
                table: "program_capacity");

            migrationBuilder.DropColumn(
                name: "waitlist_due",
                table: "program_capacity");

            migrationBuilder.DropColumn(
                name: "closed_on",
                table: "program");

            migrationBuilder.DropColumn(
                name: "delivery",
                table: "program");

            migrationBuilder.DropColumn(
                name: "level",
                table: "program");

            migrationBuilder.DropColumn(
                name: "times_of_day",
                table: "program");

            migrationBuilder.DropColumn(
                name: "version",
                table: "program");

            migrationBuilder.DropColumn(
                name: "virtual_states",
                table: "program");

            migrationBuilder.DropColumn(
                name: "weekdays",
                table: "program");

            migrationBuilder.DropColumn(
                name: "family_code",
                table: "person");

            migrationBuilder.DropColumn(
                name: "merge_reason",
                table: "person");

            migrationBuilder.DropColumn(
                name: "merged_into_id",
                table: "person");

            migrationBuilder.DropColumn(
                name: "version",
                table: "person");

            migrationBuilder.DropColumn(
                name: "accepted_at",
                table: "offer");

            migrationBuilder.DropColumn(
                name: "automatic",
                table: "offer");

            migrationBuilder.DropColumn(
                name: "decline_reason",
                table: "offer");

            migrationBuilder.DropColumn(
                name: "override_reason",
                table: "offer");

            migrationBuilder.DropColumn(
                name: "name",
                table: "network");

            migrationBuilder.DropColumn(
                name: "version",
                table: "network");

            migrationBuilder.DropColumn(
                name: "days_since_previous",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "holds_place",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "level",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "on_leave_since",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "previous_episode_id",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "reinstatement_reason",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "categories",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "discloser_id",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "discloser_kind",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "ended_on",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "expiry_event",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "expiry_event_text",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "for_legal_proceedings",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "for_patient_request",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "signature_method",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "signer",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "signer_name",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "signer_relationship",
                table: "consent");

            migrationBuilder.CreateIndex(
                name: "ix_episode_person_id",
                table: "episode",
                column: "person_id");
        }
    }
}
