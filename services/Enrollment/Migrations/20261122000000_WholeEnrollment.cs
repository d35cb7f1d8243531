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

        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {

        }
    }
}
