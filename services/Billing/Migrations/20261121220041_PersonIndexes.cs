using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Platform.Billing.Migrations
{
    /// <inheritdoc />
    public partial class PersonIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_prior_authorization_network_id_person_id",
                table: "prior_authorization",
                columns: new[] { "network_id", "person_id" });

            migrationBuilder.CreateIndex(
                name: "ix_charge_network_id_person_id",
                table: "charge",
                columns: new[] { "network_id", "person_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_prior_authorization_network_id_person_id",
                table: "prior_authorization");

            migrationBuilder.DropIndex(
                name: "ix_charge_network_id_person_id",
                table: "charge");
        }
    }
}
