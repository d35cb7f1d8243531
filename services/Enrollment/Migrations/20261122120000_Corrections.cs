using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Platform.Enrollment.Migrations
{
    /// <inheritdoc />
    public partial class Corrections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "strike_reason",
                table: "screening",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "struck_at",
                table: "screening",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "struck_by",
                table: "screening",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "struck_at",
                table: "safety_alert",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid[]>(
                name: "told_sites",
                table: "safety_alert",
                type: "uuid[]",
                nullable: false,
                defaultValue: new Guid[0]);

            migrationBuilder.AddColumn<bool>(
                name: "awaits_treatment",
                table: "consent",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "episode_id",
                table: "consent",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "admission_correction",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    network_id = table.Column<Guid>(type: "uuid", nullable: false),
                    episode_id = table.Column<Guid>(type: "uuid", nullable: false),
                    was = table.Column<DateOnly>(type: "date", nullable: false),
                    admitted_on = table.Column<DateOnly>(type: "date", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    corrected_by = table.Column<string>(type: "text", nullable: false),
                    corrected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_admission_correction", x => x.id);
                    table.ForeignKey(
                        name: "fk_admission_correction_episode_episode_id",
                        column: x => x.episode_id,
                        principalTable: "episode",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_program_network_id_site_id",
                table: "program",
                columns: new[] { "network_id", "site_id" },
                filter: "delivery = 'Virtual'");

            migrationBuilder.CreateIndex(
                name: "ix_consent_episode_id",
                table: "consent",
                column: "episode_id");

            migrationBuilder.CreateIndex(
                name: "ix_admission_correction_episode_id",
                table: "admission_correction",
                column: "episode_id");

            migrationBuilder.AddForeignKey(
                name: "fk_consent_episode_episode_id",
                table: "consent",
                column: "episode_id",
                principalTable: "episode",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_consent_episode_episode_id",
                table: "consent");

            migrationBuilder.DropTable(
                name: "admission_correction");

            migrationBuilder.DropIndex(
                name: "ix_program_network_id_site_id",
                table: "program");

            migrationBuilder.DropIndex(
                name: "ix_consent_episode_id",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "strike_reason",
                table: "screening");

            migrationBuilder.DropColumn(
                name: "struck_at",
                table: "screening");

            migrationBuilder.DropColumn(
                name: "struck_by",
                table: "screening");

            migrationBuilder.DropColumn(
                name: "struck_at",
                table: "safety_alert");

            migrationBuilder.DropColumn(
                name: "told_sites",
                table: "safety_alert");

            migrationBuilder.DropColumn(
                name: "awaits_treatment",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "episode_id",
                table: "consent");
        }
    }
}
