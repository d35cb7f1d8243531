using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Platform.Billing.Migrations
{
    /// <inheritdoc />
    public partial class ClaimFileReissue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "handed_out",
                table: "claim_file",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "replaced_at",
                table: "claim_file",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "replaced_by_id",
                table: "claim_file",
                type: "uuid",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "handed_out",
                table: "claim_file");

            migrationBuilder.DropColumn(
                name: "replaced_at",
                table: "claim_file");

            migrationBuilder.DropColumn(
                name: "replaced_by_id",
                table: "claim_file");
        }
    }
}
