/** Version of the page, put in by the build. */
declare const PAGE_VERSION: string;
/** Address of a drawing that comes with the page. */
declare module "*.svg" {
  const address: string;
  export default address;
}
