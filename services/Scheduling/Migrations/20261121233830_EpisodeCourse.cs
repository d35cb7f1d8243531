using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Platform.Scheduling.Migrations
{
    /// <inheritdoc />
    public partial class EpisodeCourse : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateOnly>(
                name: "on_leave_since",
                table: "episode",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "since",
                table: "episode",
                type: "date",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "on_leave_since",
                table: "episode");

            migrationBuilder.DropColumn(
                name: "since",
                table: "episode");
        }
    }
}
