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

            migrationBuilder.CreateIndex(
                name: "ix_consent_episode_id",
                table: "consent",
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
                name: "awaits_treatment",
                table: "consent");

            migrationBuilder.DropColumn(
                name: "episode_id",
                table: "consent");
        }
    }
}
