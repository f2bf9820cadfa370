/** A UUID in lower case, as `randomUUID` and Lambda write it: the id of a delivery, of a rejected one too. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
